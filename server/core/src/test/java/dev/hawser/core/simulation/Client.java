package dev.hawser.core.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client of the protocol: keeps its duties, and complains when the other side does not keep its own. */
final class Client implements Line.Peer {
    final String name;
    final Principal principal;
    private final Simulation world;
    private final Schedule schedule;
    private final Judge judge;
    private final Map<SessionId, View> views = new LinkedHashMap<>();
    private final Map<String, Told> told = new LinkedHashMap<>();
    /** Sessions of others, which must look like none. */
    private final List<String> forbidden = new ArrayList<>();
    private Line line;
    private boolean established;
    private int commands;

    Client(String name, Principal principal, Simulation world) {
        this.name = name;
        this.principal = principal;
        this.world = world;
        this.schedule = world.schedule;
        this.judge = world.judge;
    }

    boolean online() {
        return line != null && line.up() && established;
    }

    List<Told> told() {
        return List.copyOf(told.values());
    }

    /** The sessions that it knows to exist. */
    List<View> views() {
        return views.values().stream().filter(View::known).toList();
    }

    /** Nothing is unanswered, nothing was missed. */
    boolean level() {
        return told.values().stream().allMatch(Told::answered)
                && (views().isEmpty() || online()) && views().stream().allMatch(view -> view.watched() && view.level());
    }

    private View view(String conversation) {
        return views.computeIfAbsent(new SessionId(conversation),
                id -> new View(new SessionKey(principal.tenant(), id), judge, name));
    }

    // What it does

    void connect() {
        if (line == null && world.node() != null) {
            open(views().isEmpty() || schedule.chance(0.3) ? Map.of() : query(schedule.pick(views())));
        }
    }

    private Map<String, String> query(View view) {
        if (schedule.chance(0.8)) {
            return view.query();
        }
        return Map.of("conversationId", view.session.session().value());
    }

    private void open(Map<String, String> query) {
        schedule.note(name, "connects", new TreeMap<>(query));
        views.values().forEach(View::lost);
        established = false;
        line = new Line(schedule, this);
        world.node().accept(line, query, principal);
    }

    void cut() {
        if (line != null) {
            schedule.note(name, "is cut");
            line.cut();
        }
    }

    /** Watches what it watched before, from where it was. */
    void catchUp() {
        for (View view : views()) {
            if (!view.watched()) {
                resume(view, view.epoch(), view.last());
            }
        }
    }

    void resume(View view, String epoch, Long last) {
        ObjectNode payload = Json.object().put("conversationId", view.session.session().value());
        payload.put("lastSequence", last);
        if (epoch != null) {
            payload.put("epoch", epoch);
        }
        send(frame("u" + commands++, "system.connection.resume", payload));
    }

    void subscribe(View view, boolean from) {
        ObjectNode payload = Json.object().put("conversationId", view.session.session().value());
        if (from) {
            payload.put("lastSequence", view.last());
        }
        send(frame("s" + commands++, "control.conversation.subscribe", payload));
    }

    void unsubscribe(View view) {
        send(frame("s" + commands++, "control.conversation.unsubscribe",
                Json.object().put("conversationId", view.session.session().value())));
    }

    void create(String conversation) {
        View view = view(conversation);
        command("n", view, "control.conversation.create", Json.object().put("conversationId", conversation));
    }

    /** Says something to a session, with a plan for its agent. */
    void say(View view, String plan) {
        String text = principal.tenant() + "/" + name + "#" + commands + " " + plan;
        command("m", view, "data.message.send", Json.object().put("text", text));
    }

    void cancel(View view, String run) {
        command("x", view, "control.run.cancel", Json.object().put("runId", run));
    }

    void decide(View view, String approval, String decision) {
        ObjectNode payload = Json.object().put("approvalId", approval).put("decision", decision);
        if (decision.equals("edit")) {
            payload.set("editedArgs", Json.object().put("by", name));
        }
        command("d", view, "control.approval.decide", payload);
    }

    /** Nothing answers it, so it is said once and never asked about. */
    void act(View view) {
        String id = "i" + name + commands++;
        ObjectNode frame = frame(id, "data.ui.action", Json.object().set("action", Json.object().put("id", id)));
        frame.put("conversationId", view.session.session().value());
        mention(view);
        send(frame);
        if (schedule.chance(0.3)) {
            send(frame);
        }
    }

    /** Tries what it may not. */
    void intrude(SessionKey foreign) {
        forbidden.add(foreign.session().value());
        String conversation = foreign.session().value();
        switch (schedule.below(4)) {
            case 0 -> send(frame("f0", "system.connection.resume",
                    Json.object().put("conversationId", conversation).put("lastSequence", 0)));
            case 1 -> send(frame("f1", "control.conversation.subscribe",
                    Json.object().put("conversationId", conversation).put("lastSequence", 0)));
            case 2 -> send(frame("f2", "data.message.send", Json.object().put("text", "intruder x"))
                    .put("conversationId", conversation));
            default -> world.truth(foreign).runs.keySet().stream().findFirst().ifPresent(run ->
                    send(frame("f3", "control.run.cancel", Json.object().put("runId", run))));
        }
    }

    void babble() {
        if (online()) {
            line.toServer("{\"id\":\"b\",\"type\":".getBytes());
        }
    }

    private void command(String kind, View view, String type, ObjectNode payload) {
        String id = kind + name + commands++;
        ObjectNode frame = frame(id, type, payload);
        if (!type.equals("control.conversation.create")) {
            frame.put("conversationId", view.session.session().value());
        }
        Told command = new Told(id, view.session, frame);
        told.put(id, command);
        give(command);
        if (schedule.chance(world.faults().doubles())) {
            give(command);
        }
    }

    private void give(Told command) {
        if (online()) {
            if (command.id.startsWith("m")) {
                mention(views.get(command.session.session()));
            }
            command.given = schedule.millis();
            send(command.frame);
        }
    }

    /** On a wire without a conversation the first one that is named is watched. */
    private void mention(View view) {
        if (views.values().stream().noneMatch(View::watched)) {
            view.mentioned();
        }
    }

    /** Says again what was not answered for so long, and sometimes what was. */
    void repeat(long patience) {
        for (Told command : told()) {
            boolean waits = !command.answered() && schedule.millis() - command.given >= patience;
            if (waits || schedule.chance(world.faults().doubles() / 4)) {
                give(command);
            }
        }
    }

    private static ObjectNode frame(String id, String type, ObjectNode payload) {
        return Json.object().put("id", id).put("type", type).set("payload", payload);
    }

    private void send(ObjectNode frame) {
        if (online()) {
            schedule.note(name, "sends", frame);
            line.toServer(Json.bytes(frame));
        }
    }

    // What it is told

    @Override
    public void received(byte[] frame) {
        schedule.note(name, "receives", frame);
        JsonNode message = Json.read(frame);
        JsonNode payload = message.get("payload");
        String type = message.get("type").textValue();
        String answers = message.path("correlationId").textValue();
        judge.check(established || type.equals("system.connection.established") || type.equals("system.error"),
                name, "was told something before it was let in", type);
        JsonNode sequence = message.get("sequence");
        judge.check((sequence != null) == type.startsWith("data."), name, "a sequence where none should be", type);
        switch (type) {
            case "system.connection.established" -> established(payload);
            case "system.connection.resumed" -> seen(payload).resumed(payload);
            case "system.ping" -> send(frame("pong", "system.pong", Json.object()));
            case "system.pong", "system.connection.close" -> { }
            case "system.error" -> failed(answers, payload);
            case "control.conversation.created" -> {
                seen(payload).created(payload.get("lastSequence").longValue());
                answered(answers, payload);
            }
            case "control.conversation.subscribed" -> seen(payload).based(payload.get("lastSequence").longValue() + 1);
            case "control.conversation.unsubscribed" -> seen(payload).unwatched();
            case "control.run.accepted" -> accepted(answers, payload);
            case "control.run.cancelling", "control.approval.recorded" -> answered(answers, payload);
            default -> seen(message).event(sequence.longValue(), frame);
        }
    }

    private View seen(JsonNode named) {
        String conversation = named.get("conversationId").textValue();
        judge.check(!forbidden.contains(conversation), name, "sees a session of somebody else", conversation);
        return view(conversation);
    }

    private void established(JsonNode payload) {
        established = true;
        judge.check(payload.get("userId").textValue().equals(principal.user().value())
                && payload.get("tenantId").textValue().equals(principal.tenant().value()), name, "is somebody else", payload);
        if (payload.has("conversationId")) {
            seen(payload).based(payload.get("lastSequence").longValue() + 1);
        }
        repeat(0);
    }

    private void accepted(String answers, JsonNode payload) {
        answered(answers, payload);
        Told command = told.get(answers);
        String text = command.frame.get("payload").get("text").textValue();
        Judge.Truth truth = judge.truth(command.session);
        judge.check(truth != null && payload.get("runId").textValue().equals(truth.said.get(text)), name,
                "was told that it is accepted, but it is not in the log:", text);
    }

    private void answered(String answers, JsonNode payload) {
        judge.check(told.containsKey(answers), name, "got an answer to what it did not ask", answers);
        told.get(answers).answer(payload, judge);
    }

    private void failed(String answers, JsonNode payload) {
        Code code = Code.valueOf(payload.get("code").textValue());
        judge.check(code != Code.INTERNAL_ERROR, name, "something went wrong inside", answers);
        Told command = answers == null ? null : told.get(answers);
        if (command == null) {
            return;
        }
        if (code == Code.STORE_UNAVAILABLE || code == Code.RATE_LIMITED) {
            schedule.in(100 + schedule.delay(), () -> {
                if (!command.answered()) {
                    give(command);
                }
            });
        } else {
            judge.check(code == Code.CONFLICT && (command.id.startsWith("n") || world.rejects()), name, "was refused",
                    command.frame, payload);
            views.get(command.session.session()).exists();
            command.answer(payload, judge);
        }
    }

    @Override
    public void closed(int code) {
        schedule.note(name, "is closed with", code);
        judge.check(code == 1011 || code == 1012 || code == 4008 || code == 4013, name, "was closed with", code);
        line.closeToServer();
    }

    @Override
    public void lost() {
        line = null;
        established = false;
        views.values().forEach(View::lost);
    }

    /** Whether it may see the session at all. */
    boolean sees(SessionKey session, Visibility visibility) {
        return session.tenant().equals(principal.tenant())
                && (visibility == Visibility.TENANT || world.owner(session).equals(principal.user()));
    }
}
