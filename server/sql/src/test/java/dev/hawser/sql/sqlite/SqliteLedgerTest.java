package dev.hawser.sql.sqlite;

import dev.hawser.core.port.LedgerContract;
import dev.hawser.core.port.StoreUnderTest;
import java.io.IOException;

class SqliteLedgerTest extends LedgerContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return Stores.fresh();
    }
}
