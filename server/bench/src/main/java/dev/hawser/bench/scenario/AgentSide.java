package dev.hawser.bench.scenario;

import dev.hawser.bench.agent.RunStream;
import dev.hawser.bench.agent.PullAgent;
import dev.hawser.bench.agent.RunSource;
import dev.hawser.bench.agent.StreamAgent;
import dev.hawser.bench.child.Child;
import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.stats.Latencies;
import dev.hawser.bench.wire.Pacer;
import dev.hawser.bench.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The gateway with the generator's own agent behind it: runs are started over the wire, the agent streams stamped
 * deltas over HTTP, and every watcher gets them as session events.
 */
final class AgentSide implements Side {
    private static final Duration RUNS_START = Duration.ofSeconds(20);
    private static final int CHECK_EVERY = 16;
    private static final String SEND =
            "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"stream\",\"agent\":\"%s\"}}";

    private final Lab lab;
    private final RunSource agent;
    private final String send;
    private final Gateway gateway;
    private final Watchers watchers;
    /** The wires that start a run each; the watchers themselves where each has a session of its own. */
    private final List<Wire> starters;
    private final double rate;
    private final int burst;
    private List<RunStream> streams = List.of();
    private Pacer pacer;
    private long published;

    private AgentSide(Lab lab, RunSource agent, String name, Gateway gateway, Watchers watchers, List<Wire> starters, double rate,
                      int burst) {
        this.lab = lab;
        this.agent = agent;
        this.send = SEND.formatted(name);
        this.gateway = gateway;
        this.watchers = watchers;
        this.starters = starters;
        this.rate = rate;
        this.burst = burst;
    }

    /** One session watched by {@code wires} wires and driven by one more. */
    static AgentSide fanout(Lab lab, int wires, double rate, int burst) throws IOException, InterruptedException {
        StreamAgent agent = lab.agent();
        Gateway gateway = lab.gateway(agent);
        var dialogue = new Dialogue();
        Wire driver = lab.publishers().openAll(1, _ -> gateway.endpoint(Optional.empty()), _ -> dialogue).getFirst();
        dialogue.await("system.connection.established");
        driver.send("{\"type\":\"control.conversation.create\",\"payload\":{}}");
        String conversation = dialogue.await("control.conversation.created").path("payload").path("conversationId")
                .asText();
        Watchers watchers = Watchers.openGreeted(lab.watchers(), wires, CHECK_EVERY,
                _ -> gateway.endpoint(Optional.of(conversation)));
        return new AgentSide(lab, agent, "bench", gateway, watchers, List.of(driver), rate, burst);
    }

    /** That many sessions, each with one wire that starts its runs and watches them. */
    static AgentSide pairs(Lab lab, int sessions, double rate) throws IOException, InterruptedException {
        StreamAgent agent = lab.agent();
        Gateway gateway = lab.gateway(agent);
        Watchers watchers = Watchers.openGreeted(lab.watchers(), sessions, 1, _ -> gateway.endpoint(Optional.empty()));
        return new AgentSide(lab, agent, "bench", gateway, watchers, watchers.wires(), rate, 1);
    }

    /** As {@link #pairs}, the runs pulled by a worker. */
    static AgentSide pulled(Lab lab, int sessions, double rate) throws IOException, InterruptedException {
        Gateway gateway = lab.gateway();
        Watchers watchers = Watchers.openGreeted(lab.watchers(), sessions, 1, _ -> gateway.endpoint(Optional.empty()));
        return new AgentSide(lab, gateway.worker(lab.drivers()), "pulled", gateway, watchers, watchers.wires(), rate, 1);
    }

    /** Runs one after another, each with one event; only where a worker pulls them. Blocks. */
    FirstEvents.Result firstEvents(int runs) throws InterruptedException {
        return FirstEvents.measure(lab.watchers(), gateway, (PullAgent) agent, send, runs);
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public Child server() {
        return gateway.child();
    }

    @Override
    public List<Wire> wires() {
        return watchers.wires();
    }

    @Override
    public Latencies latencies() {
        return watchers.latencies();
    }

    @Override
    public void start(int seconds) throws InterruptedException {
        starters.forEach(wire -> wire.send(send));
        streams = agent.await(starters.size(), RUNS_START);
        pacer = Pacer.start(lab.drivers().next(), streams, rate, burst);
    }

    @Override
    public void finish() throws InterruptedException {
        published += pacer.stop();
        streams.forEach(RunStream::end);
        if (agent instanceof PullAgent pull && pull.fault() != null) {
            throw new LostEvents(pull.fault());
        }
        if (starters.size() == 1) {
            watchers.verifyEach(name(), published);
        } else {
            watchers.verify(name(), published);
        }
    }
}
