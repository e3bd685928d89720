package dev.hawser.sql.postgres;

import dev.hawser.core.port.Members;
import dev.hawser.core.port.MembersContract;
import dev.hawser.core.port.PortUnderTest;

class PostgresMembersTest extends MembersContract {
    @Override
    protected PortUnderTest<Members> open() {
        return Stores.fresh(PostgresStore::members);
    }
}
