package dev.hawser.sql.postgres;

import dev.hawser.core.port.SessionLogContract;
import dev.hawser.core.port.StoreUnderTest;

class PostgresSessionLogTest extends SessionLogContract {
    @Override
    protected StoreUnderTest open() {
        return Stores.fresh();
    }
}
