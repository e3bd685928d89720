package dev.hawser.sql.sqlite;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.Connections;
import dev.hawser.core.port.ConnectionsContract;
import java.io.IOException;

class SqliteConnectionsTest extends ConnectionsContract {
    @Override
    protected PortUnderTest<Connections> open() throws IOException {
        return Stores.fresh(SqliteStore::connections);
    }
}
