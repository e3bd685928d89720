package dev.hawser.core.device;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** A device's wire that keeps what it is told. */
final class FakeLine implements DeviceLine {
    final List<ToolCall> calls = new ArrayList<>();
    final List<Run> runs = new ArrayList<>();
    final List<RunId> stopped = new ArrayList<>();
    int replaced;

    @Override
    public void call(ToolCall call) {
        calls.add(call);
    }

    @Override
    public void start(Run run) {
        runs.add(run);
    }

    @Override
    public void stop(RunId run) {
        stopped.add(run);
    }

    @Override
    public void replaced() {
        replaced++;
    }
}
