package dev.hawser.gateway.ws;

import dev.hawser.core.device.DeviceLine;
import dev.hawser.core.device.Devices;
import dev.hawser.core.device.Seat;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.ToolCall;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a device's wire has beside every wire: what comes from it goes to the device services in order, off the event loop, and
 * what they have for it comes back. But for what {@link DeviceLine} has, for the wire's event loop.
 */
final class DeviceWire implements DeviceLine {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWire.class);

    private final Wire wire;
    private final EventLoop loop;
    private final Devices devices;
    private final Errands errands;
    private boolean gone;
    /** Null until the hello is taken. */
    private Seat seat;

    DeviceWire(Wire wire, EventLoop loop, Devices devices, Errands errands) {
        this.wire = wire;
        this.loop = loop;
        this.devices = devices;
        this.errands = errands;
    }

    /** @param bytes about how many it holds until it is done */
    void attend(Principal principal, Command.OfDevice said, int bytes) {
        if (said instanceof Command.Hello(var offer)) {
            // At once: a pong to a ping behind the hello says that it was taken.
            Seat taken = devices.hello(principal, offer, this);
            seat = taken;
            errands.inOrder("what waits for a device could not be given to it", () -> {
                devices.arrived(taken);
                return CompletableFuture.completedFuture(null);
            }, bytes);
        } else {
            Seat own = seat;
            errands.inOrder("what a device said could not be taken", () -> devices.take(own, said), bytes);
        }
    }

    /** The wire is over, or about to be. */
    void gone() {
        if (!gone && seat != null) {
            gone = true;
            Seat own = seat;
            // Behind what it has said before it left.
            errands.inOrder("a device could not leave", () -> {
                devices.gone(own);
                return CompletableFuture.completedFuture(null);
            }, 0);
        }
    }

    @Override
    public void call(ToolCall call) {
        tell(new Outbound.CallTool(call.id(), call.tool(), call.arguments(),
                call.asker() == null ? null : call.asker().run().run(), call.deadline()));
    }

    @Override
    public void start(Run run) {
        tell(new Outbound.StartRun(run.id(), run.agent(), run.key().session().session(), run.text()));
    }

    @Override
    public void stop(RunId run) {
        tell(new Outbound.StopRun(run));
    }

    @Override
    public void replaced() {
        onLoop(() -> wire.shut(CloseCode.REPLACED, "replaced"));
    }

    private void tell(Outbound.ToDevice message) {
        onLoop(() -> wire.tell(message));
    }

    /** Where the loop has ended, so has the wire. */
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("the event loop has ended");
        }
    }
}
