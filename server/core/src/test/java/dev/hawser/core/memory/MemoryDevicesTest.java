package dev.hawser.core.memory;

import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.DeviceLedgerContract;
import dev.hawser.core.port.PortUnderTest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

class MemoryDevicesTest extends DeviceLedgerContract {
    @Override
    protected PortUnderTest<DeviceLedger> open() {
        ExecutorService steps = Executors.newSingleThreadExecutor();
        return new PortUnderTest<>(new MemoryStore(steps).devices(), steps::shutdownNow);
    }
}
