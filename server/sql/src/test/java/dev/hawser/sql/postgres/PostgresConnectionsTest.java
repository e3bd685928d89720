package dev.hawser.sql.postgres;

import dev.hawser.core.port.Connections;
import dev.hawser.core.port.ConnectionsContract;
import dev.hawser.core.port.PortUnderTest;

class PostgresConnectionsTest extends ConnectionsContract {
    @Override
    protected PortUnderTest<Connections> open() {
        return Stores.fresh(PostgresStore::connections);
    }
}
