package dev.hawser.sql.postgres;

import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.DeviceLedgerContract;
import dev.hawser.core.port.PortUnderTest;

class PostgresDevicesTest extends DeviceLedgerContract {
    @Override
    protected PortUnderTest<DeviceLedger> open() {
        return Stores.fresh(PostgresStore::devices);
    }
}
