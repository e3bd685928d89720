package dev.hawser.sql.postgres;

import dev.hawser.core.port.RunQueueContract;
import dev.hawser.core.port.StoreUnderTest;

class PostgresRunQueueTest extends RunQueueContract {
    @Override
    protected StoreUnderTest open() {
        return Stores.fresh();
    }
}
