package dev.hawser.sql.postgres;

import dev.hawser.core.port.LedgerContract;
import dev.hawser.core.port.StoreUnderTest;

class PostgresLedgerTest extends LedgerContract {
    @Override
    protected StoreUnderTest open() {
        return Stores.fresh();
    }
}
