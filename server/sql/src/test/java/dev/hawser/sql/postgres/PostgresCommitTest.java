package dev.hawser.sql.postgres;

import dev.hawser.core.port.CommitContract;
import dev.hawser.core.port.StoreUnderTest;

class PostgresCommitTest extends CommitContract {
    @Override
    protected StoreUnderTest open() {
        return Stores.fresh();
    }
}
