package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.stats.ProcessCpu;
import dev.hawser.bench.wire.Wire;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast one connection is heard. */
@Command(name = "accept", sortOptions = false, description = {
    "Messages on one connection as fast as it takes them.",
    "control.run.accepted per second with a bounded number unanswered; each message is stored before it is answered. The session's runs wait behind one that sleeps, so that the"
        + " figure is that of accepting.",
    "Example: @|bold hawser bench accept --messages 50000 --window 2000|@"})
public final class Accept implements Scenario {
    private static final double TARGET = 10_000;
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST_SECONDS = 120;

    @Option(names = "--messages", defaultValue = "50000", paramLabel = "N",
            description = "messages in all (default ${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--window", defaultValue = "2000", paramLabel = "N",
            description = "most messages without an answer (default ${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--warmup", defaultValue = "20000", paramLabel = "N",
            description = "messages before, not measured (default ${DEFAULT-VALUE})")
    private int warmup;

    private int sent;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--warmup", warmup, 1, 1_000_000);
        Bounds.within("--messages", messages, 1, 1_000_000);
        Bounds.within("--window", window, 1, 100_000);
        Gateway gateway = lab.gateway();
        var dialogue = new Dialogue();
        Wire opener = lab.publishers().openAll(1, _ -> gateway.endpoint(Optional.empty()), _ -> dialogue).getFirst();
        dialogue.await("system.connection.established");
        opener.send(message("/sleep 600000"));
        String conversation = dialogue.await("control.conversation.created").path("payload").path("conversationId")
                .asText();
        dialogue.await("data.run.started");
        opener.close();

        var answers = new Answers();
        Wire wire = lab.watchers().openAll(1, _ -> gateway.endpoint(Optional.of(conversation)), _ -> answers)
                .getFirst();
        answers.established().join();
        send(lab, wire, answers, "warm-up", warmup);
        double cpu = ProcessCpu.seconds(gateway.child().pid());
        double elapsed = send(lab, wire, answers, "measured", messages);
        double cpuPerMillion = (ProcessCpu.seconds(gateway.child().pid()) - cpu) * 1e6 / messages;
        wire.abort();
        String name = "accept %d".formatted(messages);
        return List.of(Figure.alone(name, "messages accepted on one wire", "/s", messages / elapsed,
                        new Target.AtLeast(TARGET)),
                Figure.alone(name, "server CPU per million", "s", cpuPerMillion));
    }

    /** Sends that many and waits for their answers; returns the seconds it took. */
    private double send(Lab lab, Wire wire, Answers answers, String label, int count) throws InterruptedException {
        int end = sent + count;
        int first = sent;
        long begun = System.nanoTime();
        long nextLine = begun + SECOND;
        while (answers.accepted() < end && answers.fault() == null) {
            while (sent < end && sent - answers.accepted() < window) {
                wire.send(message("message " + sent++));
            }
            Thread.sleep(0, 200_000);
            long now = System.nanoTime();
            if (now >= nextLine) {
                lab.progress().line("  gateway  %-10s %2d s  %,d of %,d accepted", label, (now - begun) / SECOND,
                        answers.accepted() - first, count);
                nextLine += SECOND;
            }
            if (now - begun > LONGEST_SECONDS * SECOND) {
                throw new LostEvents("only " + answers.accepted() + " of " + sent + " messages were accepted in time");
            }
        }
        if (answers.fault() != null) {
            throw new LostEvents("after " + answers.accepted() + " accepted messages: " + answers.fault());
        }
        return (System.nanoTime() - begun) / (double) SECOND;
    }

    private static String message(String text) {
        return "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"" + text + "\",\"agent\":\"demo\"}}";
    }
}
