package dev.hawser.core.device;

import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCall;

/** The wire of a device, towards it. Nothing blocks; what the wire cannot take any more is dropped. Safe for all threads. */
public interface DeviceLine {
    void call(ToolCall call);

    void start(Run run);

    void stop(RunId run);

    /** Another wire speaks for the device now: this one is to be closed. */
    void replaced();
}
