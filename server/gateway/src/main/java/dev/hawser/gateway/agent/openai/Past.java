package dev.hawser.gateway.agent.openai;

import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.tools.Results;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run has been through before this attempt, read from its own events: so nothing has to be kept anywhere else while it
 * waits for a person.
 */
final class Past {
    private Past() {}

    /**
     * The rounds so far; of the last one, calls may be open that are allowed by now. What nobody has decided is not allowed.
     *
     * @param events the run's own that are valid, in log order
     */
    static List<Round> rounds(List<EventBody> events) {
        Map<String, Round> rounds = new LinkedHashMap<>();
        Set<String> undecided = new LinkedHashSet<>();
        String said = "";
        for (EventBody event : events) {
            if (event instanceof EventBody.TextDone done) {
                said = done.text();
            } else if (event instanceof EventBody.ApprovalRequired asked) {
                round(rounds, asked.approvalId(), said)
                        .call(new Call(asked.approvalId(), asked.toolName(), asked.toolArgs()));
                undecided.add(asked.approvalId());
                said = "";
            } else if (event instanceof EventBody.ApprovalDecided decided) {
                decide(rounds.get(Call.round(decided.approvalId())), decided);
                undecided.remove(decided.approvalId());
            } else if (event instanceof EventBody.ToolCall call) {
                round(rounds, call.toolCallId(), said)
                        .call(new Call(call.toolCallId(), call.name(), call.arguments()));
                said = "";
            } else if (event instanceof EventBody.ToolResult result) {
                Round round = rounds.get(Call.round(result.toolCallId()));
                if (round != null) {
                    round.result(result.toolCallId(), Results.of(result.result(), result.error()));
                }
            }
        }
        undecided.forEach(id -> rounds.get(Call.round(id)).result(id, Results.rejected(null)));
        return List.copyOf(rounds.values());
    }

    /** The round of a question whose events are gone from the log by now. */
    static Round asked(AgentConnector.Resume resume) {
        Round round = new Round("");
        Call call = new Call(resume.asked().approvalId(), resume.asked().toolName(), resume.args());
        round.call(call);
        switch (resume.decision()) {
            case APPROVE, EDIT -> { }
            case REJECT, EXPIRE -> round.result(call.id(), Results.rejected(resume.reason()));
        }
        return round;
    }

    private static Round round(Map<String, Round> rounds, String call, String said) {
        return rounds.computeIfAbsent(Call.round(call), _ -> new Round(said));
    }

    private static void decide(Round round, EventBody.ApprovalDecided decided) {
        Call call = round == null ? null : round.call(decided.approvalId());
        if (call == null) {
            return;
        }
        if (decided.decision().equals(Decision.Kind.EDIT.wire())) {
            round.call(new Call(call.id(), call.name(), decided.editedArgs()));
        } else if (!decided.decision().equals(Decision.Kind.APPROVE.wire())) {
            round.result(call.id(), Results.rejected(decided.reason()));
        }
    }
}
