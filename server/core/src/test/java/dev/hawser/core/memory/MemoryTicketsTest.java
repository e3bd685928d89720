package dev.hawser.core.memory;

import dev.hawser.core.port.PortUnderTest;
import dev.hawser.core.port.Tickets;
import dev.hawser.core.port.TicketsContract;

class MemoryTicketsTest extends TicketsContract {
    @Override
    protected PortUnderTest<Tickets> open() {
        return new PortUnderTest<>(new MemoryTickets(), () -> { });
    }
}
