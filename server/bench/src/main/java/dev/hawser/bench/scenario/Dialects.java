package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Gateway;
import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import dev.hawser.bench.report.Target;
import dev.hawser.bench.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What one connection carries in each dialect. */
@Command(name = "dialects", sortOptions = false, description = {
    "Messages to and from one connection of each dialect as fast as it takes them.",
    "Taken: messages per second, with a bounded number on their way, as a watcher of the session sees them stored; the"
        + " runs wait behind one that sleeps. Given: deltas per second of one run that counts, as the connection gets them.",
    "A device sends the text of a run that it works on, and is given answers to its pings.",
    "Example: @|bold hawser bench dialects --dialect hitl --messages 50000|@"})
public final class Dialects implements Scenario {
    private static final double TARGET = 10_000;
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST_SECONDS = 120;

    @Option(names = "--dialect", split = ",", paramLabel = "NAME",
            description = "one or several of them, separated by commas; default: all")
    private List<String> dialects =
            Stream.concat(Speech.ALL.stream().map(Speech::dialect), Stream.of(DeviceWire.DIALECT)).toList();

    @Option(names = "--messages", defaultValue = "50000", paramLabel = "N",
            description = "messages to the gateway (default ${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--events", defaultValue = "100000", paramLabel = "N",
            description = "deltas from the gateway, at most 100000 (default ${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--window", defaultValue = "2000", paramLabel = "N",
            description = "most messages on their way (default ${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--warmup", defaultValue = "20000", paramLabel = "N",
            description = "messages and deltas before, not measured, at most 100000 (default ${DEFAULT-VALUE})")
    private int warmup;

    @Override
    public List<Figure> run(Lab lab) throws Exception {
        Bounds.within("--warmup", warmup, 1, 100_000);
        Bounds.within("--messages", messages, 1, 1_000_000);
        Bounds.within("--events", events, 1, 100_000);
        Bounds.within("--window", window, 1, 100_000);
        List<Speech> speeches = dialects.stream().filter(name -> !name.equals(DeviceWire.DIALECT)).map(Speech::of).toList();
        Gateway gateway = lab.gateway();
        List<Figure> figures = new ArrayList<>();
        for (Speech speech : speeches) {
            String name = "dialects " + speech.dialect();
            figures.add(Figure.alone(name, "messages taken from one wire", "/s", taken(lab, gateway, speech),
                    new Target.AtLeast(TARGET)));
            figures.add(Figure.alone(name, "events given to one wire", "/s", given(lab, gateway, speech),
                    new Target.AtLeast(TARGET)));
        }
        if (dialects.contains(DeviceWire.DIALECT)) {
            var device = new DeviceWire(lab, gateway, window, LONGEST_SECONDS * SECOND);
            double taken = device.taken(warmup, messages);
            double answered = device.answered(warmup, messages);
            lab.progress().line("  %-9s %,.0f messages/s taken, %,.0f answered", DeviceWire.DIALECT, taken, answered);
            figures.add(Figure.alone("dialects device", "pieces of text taken from one wire", "/s", taken,
                    new Target.AtLeast(TARGET)));
            figures.add(Figure.alone("dialects device", "pings of one wire answered", "/s", answered,
                    new Target.AtLeast(TARGET)));
        }
        return figures;
    }

    private double taken(Lab lab, Gateway gateway, Speech speech) throws Exception {
        String session = session(lab, gateway, "/sleep 600000", "data.run.started");
        var seen = new Matches("\"data.message.user\"");
        Wire watcher = lab.watchers().openAll(1, _ -> gateway.endpoint(Optional.of(session)), _ -> seen).getFirst();
        var answers = new Matches(speech.delta());
        Wire wire = wire(lab, gateway, speech, session, answers);
        double rate = 0;
        int sent = 0;
        for (int count : new int[] {warmup, messages}) {
            int end = sent + count;
            long begun = System.nanoTime();
            while (seen.count() < end) {
                while (sent < end && sent - seen.count() < window) {
                    wire.send(speech.message(session, "message " + sent++));
                }
                pause(begun, speech, answers.count() + seen.count());
            }
            rate = count * (double) SECOND / (System.nanoTime() - begun);
        }
        lab.progress().line("  %-9s %,.0f messages/s taken", speech.dialect(), rate);
        wire.abort();
        watcher.abort();
        return rate;
    }

    private double given(Lab lab, Gateway gateway, Speech speech) throws Exception {
        String session = session(lab, gateway, "/count 1", "data.run.completed");
        var deltas = new Matches(speech.delta());
        Wire wire = wire(lab, gateway, speech, session, deltas);
        double rate = 0;
        int due = 0;
        for (int count : new int[] {warmup, events}) {
            due += count;
            long begun = System.nanoTime();
            wire.send(speech.message(session, "/count " + count));
            while (deltas.count() < due) {
                pause(begun, speech, deltas.count());
            }
            rate = count * (double) SECOND / (System.nanoTime() - begun);
        }
        lab.progress().line("  %-9s %,.0f events/s given", speech.dialect(), rate);
        wire.abort();
        return rate;
    }

    private static void pause(long begun, Speech speech, int frames) throws InterruptedException {
        if (System.nanoTime() - begun > LONGEST_SECONDS * SECOND) {
            throw new LostEvents(speech.dialect() + ": only " + frames + " frames came in time");
        }
        Thread.sleep(0, 200_000);
    }

    private static Wire wire(Lab lab, Gateway gateway, Speech speech, String session, Matches listener)
            throws InterruptedException {
        return lab.publishers().openAll(1, _ -> gateway.at(speech.path(session)), _ -> listener).getFirst();
    }

    /** A new session whose first run has come as far as the event {@code then}. */
    private static String session(Lab lab, Gateway gateway, String first, String then)
            throws IOException, InterruptedException {
        var dialogue = new Dialogue();
        Wire opener = lab.publishers().openAll(1, _ -> gateway.endpoint(Optional.empty()), _ -> dialogue).getFirst();
        dialogue.await("system.connection.established");
        opener.send("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"" + first + "\"}}");
        String session = dialogue.await("control.conversation.created").path("payload").path("conversationId").asText();
        dialogue.await(then);
        opener.close();
        return session;
    }
}
