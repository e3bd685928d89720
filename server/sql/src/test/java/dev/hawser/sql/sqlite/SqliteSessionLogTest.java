package dev.hawser.sql.sqlite;

import dev.hawser.core.port.SessionLogContract;
import dev.hawser.core.port.StoreUnderTest;
import java.io.IOException;

class SqliteSessionLogTest extends SessionLogContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return Stores.fresh();
    }
}
