package dev.hawser.core.device;

import dev.hawser.core.model.ToolCall;

/** Where what happens with devices is counted. Must not block. */
public interface DeviceMeter {
    /** Nobody counts. */
    DeviceMeter NONE = new DeviceMeter() {
        @Override
        public void dropped(Dropped what) {}

        @Override
        public void called(ToolCall ended) {}
    };

    /** What devices say that has no effect. */
    enum Dropped {
        /** A result of a call that is over, another device's, or none. */
        RESULT,
        /** What an agent has put out in a run that is over or not the device's. */
        AGENT_DATA,
        /** A frame of a type that nobody knows. */
        UNKNOWN_TYPE
    }

    void dropped(Dropped what);

    /** A call has its outcome, however it came to it. */
    void called(ToolCall ended);
}
