package dev.hawser.gateway.http;

import dev.hawser.core.device.DeviceLine;
import dev.hawser.core.device.Seat;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.model.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A device of tenant {@code acme} without a wire, that answers when the test says so. */
final class HeldDevice implements DeviceLine, AutoCloseable {
    private final BlockingQueue<ToolCall> calls = new LinkedBlockingQueue<>();
    private final ApiKit kit;
    private Seat seat;

    private HeldDevice(ApiKit kit) {
        this.kit = kit;
    }

    static HeldDevice of(ApiKit kit, String user, String device, String... tools) {
        HeldDevice held = new HeldDevice(kit);
        held.seat = kit.devices.hello(
                new Principal(new TenantId("acme"), new UserId(user), Set.of(), Instant.MAX),
                new DeviceOffer(new DeviceId(device), Set.of(), List.of(tools).stream()
                        .map(tool -> new DeviceTool(tool, null, null)).toList(), null), held);
        return held;
    }

    /** The next call that it is given. */
    ToolCall called() throws InterruptedException {
        ToolCall call = calls.poll(60, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call came");
        }
        return call;
    }

    /** Answers the next call. */
    ToolCall answer(ToolOutcome outcome) throws InterruptedException {
        ToolCall call = called();
        kit.devices.take(seat, new Command.AnswerTool(call.id(), outcome)).join();
        return call;
    }

    @Override
    public void call(ToolCall call) {
        calls.add(call);
    }

    @Override
    public void start(Run run) {
        throw new IllegalStateException("it offers no agent");
    }

    @Override
    public void stop(RunId run) {
        throw new IllegalStateException("it offers no agent");
    }

    @Override
    public void replaced() {
        throw new IllegalStateException("its id is its own");
    }

    void leave() {
        kit.devices.gone(seat);
    }

    @Override
    public void close() {
        leave();
    }
}
