package dev.hawser.sql.sqlite;

import dev.hawser.core.port.RunQueueContract;
import dev.hawser.core.port.StoreUnderTest;
import java.io.IOException;

class SqliteRunQueueTest extends RunQueueContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return Stores.fresh();
    }
}
