package dev.hawser.gateway.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.Sleeper;
import java.time.Duration;

/**
 * The deterministic agent: the first word of a text decides what it does, the same text always does the same. Its work is
 * bounded by the arguments that {@link Command} takes; bad ones are answered with the command's usage. Holds no state.
 */
public final class DemoAgent implements AgentConnector {
    /** How long a device may take for a tool. */
    private static final Duration TOOL_TIMEOUT = Duration.ofSeconds(30);

    private final Sleeper sleeper;

    /** @param sleeper what {@code /sleep} and the pauses of {@code /count} wait with */
    public DemoAgent(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        try {
            return answer(request, new Voice(request.run().id(), sink));
        } catch (Stopped e) {
            // The run belongs to somebody else now: whatever is returned does not count.
            throw new InterruptedException(e.getMessage());
        }
    }

    private Outcome answer(Request request, Voice voice) throws InterruptedException, Stopped {
        return switch (Command.parse(request.run().text())) {
            case Command.Count(int n, var pause) -> {
                for (int i = 1; i <= n; i++) {
                    if (i > 1 && pause.isPositive()) {
                        sleeper.sleep(pause);
                    }
                    voice.delta(i + " ");
                }
                yield voice.done();
            }
            case Command.Think(String text) -> {
                voice.emit(new EventBody.Thinking(text));
                yield voice.say(text);
            }
            case Command.Pay pay -> request.resume() == null ? ask(pay, voice) : goOn(pay, request.resume(), voice);
            case Command.Tool tool -> call(tool, request.run().attempt(), voice);
            case Command.Ui() -> {
                voice.emit(new EventBody.UiAction(Surface.create("demo-" + request.run().id())));
                yield voice.say("Here is a surface.");
            }
            case Command.Subagent(String task) -> {
                String id = "s-" + request.run().id();
                voice.emit(new EventBody.SubagentStarted(id, "demo", task, request.run().agent().value()));
                voice.emit(new EventBody.SubagentEnded(id, Json.MAPPER.valueToTree("Done: " + task), true, null, null));
                yield new Outcome.Completed();
            }
            case Command.Fail(String message) -> new Outcome.Failed(Fault.of(Code.AGENT_ERROR, message));
            case Command.Sleep(int millis) -> {
                sleeper.sleep(Duration.ofMillis(millis));
                yield voice.say("Slept " + millis + " ms.");
            }
            case Command.Say(String text) -> voice.say(text);
        };
    }

    /** A tool that fails where it runs is an answer, too; one that never answered fails the run. */
    private static Outcome call(Command.Tool tool, int attempt, Voice voice) throws InterruptedException, Stopped {
        ToolOutcome outcome = voice.callDevice(new EventBody.ToolCall(
                "t-" + voice.run() + "-" + attempt, tool.name(), tool.arguments(), DeviceId.ANY), TOOL_TIMEOUT);
        if (outcome.code() != null) {
            return new Outcome.Failed(Fault.of(outcome.code(), outcome.error().path("message").asText()));
        }
        return voice.say(outcome.error() == null ? outcome.result().toString() : "Tool failed: " + outcome.error());
    }

    private static Outcome ask(Command.Pay pay, Voice voice) throws InterruptedException, Stopped {
        String reason = "The demo agent wants to pay " + pay.amount() + " " + pay.currency();
        voice.emit(new EventBody.ApprovalRequired(null, "pay", arguments(pay), reason, DecimalNode.valueOf(pay.amount()),
                pay.currency(), null, null));
        return new Outcome.Paused();
    }

    private static Outcome goOn(Command.Pay pay, Resume resume, Voice voice) throws InterruptedException, Stopped {
        return switch (resume.decision()) {
            case APPROVE -> carryOut(pay, arguments(pay), voice);
            case EDIT -> carryOut(pay, resume.args(), voice);
            case REJECT, EXPIRE -> voice.say("Payment rejected.");
        };
    }

    /** What the arguments do not say is as it was asked for. */
    private static Outcome carryOut(Command.Pay pay, JsonNode arguments, Voice voice) throws InterruptedException, Stopped {
        JsonNode asked = arguments(pay);
        String amount = arguments.hasNonNull("amount") ? arguments.get("amount").asText() : asked.get("amount").asText();
        String currency = arguments.hasNonNull("currency") ? arguments.get("currency").asText() : pay.currency();
        String call = "t-" + voice.run();
        voice.emit(new EventBody.ToolCall(call, "pay", arguments, null));
        voice.emit(new EventBody.ToolResult(call, Json.object().put("status", "paid"), null));
        return voice.say("Paid " + amount + " " + currency + ".");
    }

    private static ObjectNode arguments(Command.Pay pay) {
        ObjectNode arguments = Json.object().put("amount", pay.amount());
        return arguments.put("currency", pay.currency());
    }
}
