package dev.hawser.sql.sqlite;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.MembersContract;
import java.io.IOException;

class SqliteMembersTest extends MembersContract {
    @Override
    protected PortUnderTest<Members> open() throws IOException {
        return Stores.fresh(SqliteStore::members);
    }
}
