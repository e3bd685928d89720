package dev.hawser.core.run;

import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.ToolCall;

/** Told what concerns an executor that works on a run, after it became durable. Must not block. */
public interface RunSignals {
    /** Nobody is told. */
    RunSignals NONE = new RunSignals() {
        @Override
        public void cancelRequested(RunKey run) {}

        @Override
        public void ended(RunKey run) {}
    };

    /** Somebody asked for the run to be cancelled: its agent should stop. */
    void cancelRequested(RunKey run);

    /** The run ended by other means than its executor's. */
    void ended(RunKey run);

    /** A tool that the run has called on a device has its outcome; perhaps told more than once. */
    default void toolEnded(ToolCall call) {}
}
