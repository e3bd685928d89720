package dev.hawser.core.device;

import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One device that is connected, and what it has been given: it can answer for nothing else. Whoever puts something in looks
 * afterwards whether the device has left; whoever takes something out is the one who ends it. Safe for all threads.
 */
public final class Seat {
    /** Most calls that a device has at a time. */
    static final int MAX_CALLS = 256;

    private final DeviceKey key;
    private final DeviceOffer offer;
    private final DeviceLine line;
    private final Instant connectedAt;
    private final Map<ToolCallId, ToolCall> calls = new ConcurrentHashMap<>(4);
    private final Map<RunId, Assignment> runs = new ConcurrentHashMap<>(4);
    private volatile boolean left;

    Seat(DeviceKey key, DeviceOffer offer, DeviceLine line, Instant connectedAt) {
        this.key = key;
        this.offer = offer;
        this.line = line;
        this.connectedAt = connectedAt;
    }

    public DeviceKey key() {
        return key;
    }

    public DeviceOffer offer() {
        return offer;
    }

    public Instant connectedAt() {
        return connectedAt;
    }

    DeviceLine line() {
        return line;
    }

    boolean isFull() {
        return calls.size() >= MAX_CALLS;
    }

    /** @return false where the device has left: then it is not in, or somebody else ends it */
    boolean give(ToolCall call) {
        calls.put(call.id(), call);
        return !left || calls.remove(call.id()) == null;
    }

    /** @return false where the device has left: then it is not in, or somebody else ends it */
    boolean give(Assignment run) {
        runs.put(run.key().run(), run);
        return !left || runs.remove(run.key().run()) == null;
    }

    Optional<ToolCall> take(ToolCallId call) {
        return Optional.ofNullable(calls.remove(call));
    }

    Optional<Assignment> take(RunId run) {
        return Optional.ofNullable(runs.remove(run));
    }

    Optional<Assignment> run(RunId run) {
        return Optional.ofNullable(runs.get(run));
    }

    Iterable<ToolCall> calls() {
        return calls.values();
    }

    Iterable<Assignment> runs() {
        return runs.values();
    }

    /** Nothing is given to it from now on. */
    void leave() {
        left = true;
    }

    boolean hasLeft() {
        return left;
    }
}
