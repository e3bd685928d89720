package dev.hawser.sql.postgres;

import dev.hawser.core.port.ToolCallContract;
import dev.hawser.core.port.StoreUnderTest;

class PostgresToolCallTest extends ToolCallContract {
    @Override
    protected StoreUnderTest open() {
        return Stores.fresh();
    }
}
