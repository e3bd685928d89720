package dev.hawser.gateway.agent.openai;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Run;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.gateway.agent.http.AgentFailure;
import dev.hawser.gateway.agent.http.Answer;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.tools.ApprovalRule;
import dev.hawser.gateway.agent.tools.Results;
import dev.hawser.gateway.agent.tools.Tools;
import dev.hawser.gateway.agent.tools.Workshop;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A model behind an OpenAI-compatible {@code /chat/completions}. The session's messages are its memory. Tools that it calls run
 * on the user's devices, where a rule says so only after a person has allowed them; then it is asked again, for at most
 * {@value Tools#MAX_ROUNDS} rounds. Holds no state between attempts: what a run has been through is read from its events. Safe
 * for all threads.
 */
public final class OpenAiAgent implements AgentConnector {
    private final Posts posts;
    private final Model model;
    private final Function<Run, List<EventBody>> past;
    private final Workshop workshop;

    /**
     * What is asked, and how.
     *
     * @param name   the model's, as the API knows it
     * @param system what it is told before everything else; null for nothing
     * @param rule   which of its calls a person has to allow
     */
    public record Model(String name, String system, ApprovalRule rule) {}

    /** @param past gives the run's own events so far that are valid, in log order. May block */
    public OpenAiAgent(Posts posts, Model model, Function<Run, List<EventBody>> past, Workshop workshop) {
        this.posts = posts;
        this.model = model;
        this.past = past;
        this.workshop = workshop;
    }

    /** The address of the chat API below a base URL such as {@code http://localhost:11434/v1}. */
    public static URI endpoint(URI base) {
        String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
        return URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + "/chat/completions" + query);
    }

    /** What a status that is no success says of the model's API. */
    public static Fault fault(int status) {
        return switch (status) {
            case 401, 403 -> Fault.of(Code.AGENT_ERROR, "The model's API did not accept the key");
            case 404 -> Fault.of(Code.AGENT_ERROR, "The model's API does not know this address or model");
            case 408, 504 -> Fault.of(Code.AGENT_TIMEOUT);
            case 500, 502 -> Fault.of(Code.AGENT_UNAVAILABLE);
            default -> Fault.of(Code.AGENT_ERROR, "The model's API answered with status " + status);
        };
    }

    @Override
    public Outcome run(Request request, Sink sink) throws InterruptedException {
        return posts.attempt(attempt -> new Dialogue(request, sink, attempt).outcome());
    }

    /** One attempt. For its thread. */
    private final class Dialogue {
        private final Request request;
        private final Sink sink;
        private final Posts.Attempt attempt;
        private final Tools tools;
        private final List<Round> rounds;
        private final Usage usage = new Usage();

        Dialogue(Request request, Sink sink, Posts.Attempt attempt) {
            this.request = request;
            this.sink = sink;
            this.attempt = attempt;
            this.tools = workshop.of(request, sink);
            this.rounds = new ArrayList<>(Past.rounds(past.apply(request.run())));
            Resume resume = request.resume();
            if (resume != null && rounds.stream().noneMatch(round -> round.call(resume.asked().approvalId()) != null)) {
                rounds.add(Past.asked(resume));
            }
        }

        Outcome outcome() throws AgentFailure, InterruptedException, Stopped {
            if (!rounds.isEmpty()) {
                carryOut(rounds.getLast(), rounds.getLast().open());
            }
            while (true) {
                if (rounds.size() >= Tools.MAX_ROUNDS) {
                    throw AgentFailure.of(Code.AGENT_ERROR, "The model has called tools too often");
                }
                Names names = new Names(tools.offered());
                Spoken spoken = new Spoken(message(), sink, usage);
                try (Answer answer = attempt.post(Prompt.of(model.name(), model.system(), request, rounds, names))) {
                    spoken.take(answer);
                }
                if (spoken.wishes().isEmpty()) {
                    sink.emit(new EventBody.RunCompleted(null, null, usage.total()));
                    return new Outcome.Completed();
                }
                if (round(spoken, names)) {
                    return new Outcome.Paused();
                }
            }
        }

        /** The first message has the name of an agent's only one. */
        private String message() {
            String only = "m-" + request.run().id();
            return rounds.isEmpty() ? only : only + "-" + (rounds.size() + 1);
        }

        /** Does what needs no person; the rest is asked for. Says whether anything is. */
        private boolean round(Spoken spoken, Names names) throws InterruptedException, Stopped {
            Run run = request.run();
            Round round = new Round(spoken.text());
            List<Call> free = new ArrayList<>();
            List<Call> asked = new ArrayList<>();
            int place = 0;
            for (Spoken.Wish wish : spoken.wishes()) {
                Tools.Tool tool = names.tools().get(wish.name());
                Call call = new Call(Call.id(run.id().value(), run.attempt(), rounds.size() + 1, ++place),
                        tool == null ? shortened(wish.name()) : tool.name(), wish.arguments());
                round.call(call);
                if (tool == null || wish.arguments() == null) {
                    refuse(round, call, tool == null ? "There is no such tool" : "The arguments are not a JSON object");
                } else {
                    (model.rule().asksFor(tool.name()) ? asked : free).add(call);
                }
            }
            rounds.add(round);
            carryOut(round, free);
            for (Call call : asked) {
                sink.emit(new EventBody.ApprovalRequired(call.id(), call.name(), call.arguments(),
                        "The model wants to call " + call.name(), null, null, null, null));
            }
            return !asked.isEmpty();
        }

        private void carryOut(Round round, List<Call> calls) throws InterruptedException, Stopped {
            for (Call call : calls) {
                Tools.Result result = tools.call(
                        call.id(), call.name(), call.arguments(), Tools.patience(attempt.left()));
                round.result(call.id(), Results.of(result.result(), result.error()));
            }
        }

        private void refuse(Round round, Call call, String why) throws InterruptedException, Stopped {
            EventBody.ToolResult failed = Results.refused(
                    sink, new EventBody.ToolCall(call.id(), call.name(), call.arguments(), null), why);
            round.result(call.id(), Results.of(null, failed.error()));
        }
    }

    private static String shortened(String name) {
        return name.substring(0, Math.min(name.length(), EventBody.MAX_NAME));
    }
}
