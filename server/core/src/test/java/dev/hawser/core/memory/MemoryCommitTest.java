package dev.hawser.core.memory;

import dev.hawser.core.port.CommitContract;
import dev.hawser.core.port.StoreUnderTest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

class MemoryCommitTest extends CommitContract {
    @Override
    protected StoreUnderTest open() {
        ExecutorService steps = Executors.newSingleThreadExecutor();
        return StoreUnderTest.of(new MemoryStore(steps), steps::shutdownNow);
    }
}
