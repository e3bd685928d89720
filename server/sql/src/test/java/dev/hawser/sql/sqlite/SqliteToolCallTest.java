package dev.hawser.sql.sqlite;

import dev.hawser.core.port.ToolCallContract;
import dev.hawser.core.port.StoreUnderTest;
import java.io.IOException;

class SqliteToolCallTest extends ToolCallContract {
    @Override
    protected StoreUnderTest open() throws IOException {
        return Stores.fresh();
    }
}
