package dev.hawser.core.device;

import dev.hawser.core.kit.World;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A world with devices in it. */
final class Desk {
    final World world = new World();

    /** One connected device. */
    record Connected(Seat seat, FakeLine line) {}

    Connected connect(Principal user, String device, Set<AgentName> agents, String... tools) {
        FakeLine line = new FakeLine();
        Seat seat = world.devices.hello(user, new DeviceOffer(new DeviceId(device), agents,
                Stream.of(tools).map(tool -> new DeviceTool(tool, null, null)).toList(), null), line);
        world.devices.arrived(seat);
        return new Connected(seat, line);
    }

    Connected phone(String... tools) {
        return connect(World.ANN, "phone", Set.of(), tools);
    }

    Connected laptop(Principal user) {
        return connect(user, "laptop", Set.of(World.LAPTOP));
    }

    void answer(Connected device, ToolCallId call, ToolOutcome outcome) {
        world.devices.take(device.seat(), new Command.AnswerTool(call, outcome)).join();
    }

    void say(Connected device, Command.OfDevice said) {
        world.devices.take(device.seat(), said).join();
    }

    void leave(Connected device) {
        world.devices.gone(device.seat());
    }

    /** A run of Ann's for an agent on a device. */
    RunKey ask(SessionKey session) {
        return world.send(new Command.SendMessage(session.session(), "do it", World.LAPTOP, null, null));
    }

    /** As the dispatcher does with what the queue hands out. */
    void dispatch() {
        world.store.claim(Set.of(World.LAPTOP), 100, world.clock.instant(), world.clock.instant().plusSeconds(10)).join()
                .forEach(world.devices::place);
    }

    static EventBody.ToolCall call(String id, String tool, String device) {
        return new EventBody.ToolCall(id, tool, null, device);
    }

    /** What the log has of a run, without its user's message. */
    List<EventBody> events(RunKey run) {
        return world.events(run.session()).stream().filter(event -> run.run().equals(event.run()))
                .map(event -> event.body()).filter(body -> !(body instanceof EventBody.MessageUser)).toList();
    }
}
