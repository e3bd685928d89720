package dev.hawser.sql.sqlite;

import dev.hawser.core.port.CommitContract;
import dev.hawser.core.port.StoreUnderTest;
import java.io.IOException;

class SqliteCommitTest extends CommitContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return Stores.fresh();
    }
}
