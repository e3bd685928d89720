package dev.hawser.sql.sqlite;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.DeviceLedgerContract;
import java.io.IOException;

class SqliteDevicesTest extends DeviceLedgerContract {
    @Override
    protected PortUnderTest<DeviceLedger> open() throws IOException {
        return Stores.fresh(SqliteStore::devices);
    }
}
