package dev.hawser.sql.postgres;

import dev.hawser.core.port.Tickets;
import dev.hawser.core.port.TicketsContract;
import dev.hawser.core.port.PortUnderTest;

class PostgresTicketsTest extends TicketsContract {
    @Override
    protected PortUnderTest<Tickets> open() {
        return Stores.fresh(PostgresStore::tickets);
    }
}
