package dev.hawser.core.memory;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.MembersContract;

class MemoryMembersTest extends MembersContract {
    @Override
    protected PortUnderTest<Members> open() {
        return new PortUnderTest<>(new MemoryMembers(), () -> { });
    }
}
