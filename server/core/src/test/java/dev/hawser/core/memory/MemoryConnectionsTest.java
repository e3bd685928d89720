package dev.hawser.core.memory;

import dev.hawser.core.port.Connections;
import dev.hawser.core.port.ConnectionsContract;
import dev.hawser.core.port.PortUnderTest;

class MemoryConnectionsTest extends ConnectionsContract {
    @Override
    protected PortUnderTest<Connections> open() {
        return new PortUnderTest<>(new MemoryConnections(), () -> {});
    }
}
