package dev.hawser.core.run;

import dev.hawser.core.model.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is to be done about calls of tools once their rows are durable. For one run of one transaction's work. */
final class Told {
    private final List<ToolCall> opened = new ArrayList<>(0);
    private final List<ToolCall> ended = new ArrayList<>(0);

    void opened(ToolCall call) {
        opened.add(call);
    }

    void ended(ToolCall call) {
        ended.add(call);
    }

    /** Its agent is told once more how it ended; of one that is open, it will be. */
    void repeated(ToolCall call) {
        if (!call.isOpen()) {
            ended.add(call);
        }
    }

    /** After the transaction. */
    void tell(DeviceDesk desk, Consumer<ToolCall> over) {
        opened.forEach(desk::hand);
        ended.forEach(over);
    }
}
