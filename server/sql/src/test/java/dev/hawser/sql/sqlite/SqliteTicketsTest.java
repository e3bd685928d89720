package dev.hawser.sql.sqlite;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.Tickets;
import dev.hawser.core.port.TicketsContract;
import java.io.IOException;

class SqliteTicketsTest extends TicketsContract {
    @Override
    protected PortUnderTest<Tickets> open() throws IOException {
        return Stores.fresh(SqliteStore::tickets);
    }
}
