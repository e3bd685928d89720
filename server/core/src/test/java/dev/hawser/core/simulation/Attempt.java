package dev.hawser.core.simulation;

import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.RunKey;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.run.Appended;
import dev.hawser.core.run.Begun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An agent that works on one attempt as the last word of its message says, a letter a step:
 * {@code d} a delta, {@code t} a thought, {@code 2} both at once, {@code a} asks and goes away until it is decided,
 * {@code e} the same with an expiry, {@code g} the same with an id of the gateway's, {@code h} asks and stays,
 * {@code w} the same without a sign of life,
 * {@code k} works long and says so, {@code z} falls asleep for longer than its lease and goes on, {@code s} falls silent in
 * the first attempt, {@code S} in every one, {@code i} does not listen any more, {@code x} sends what it may not,
 * {@code f} fails, {@code o} ends and goes on. At the end of the word it completes.
 */
final class Attempt {
    private static final Duration RENEW = Duration.ofSeconds(10);

    final RunKey key;
    private final Node node;
    private final int number;
    private final String steps;
    private int at;
    private Instant touched;
    private boolean over;
    private boolean silent;
    private boolean deaf;

    Attempt(Node node, Begun begun) {
        Run run = begun.run();
        this.node = node;
        this.key = run.key();
        this.number = run.attempt();
        this.steps = run.text().substring(run.text().lastIndexOf(' ') + 1);
        this.touched = node.schedule.instant();
        this.at = begun.resume() == null
                ? 0 : Integer.parseInt(begun.resume().request().reason().substring("step ".length())) + 1;
        node.judge.check(begun.resume() == null || begun.resume().decision() != null, "resumed without a decision", key);
        node.judge.began(key.run(), number, this);
        node.schedule.note("attempt", number, "of", key, "at step", at);
    }

    boolean over() {
        return over;
    }

    void start() {
        node.later(this::step);
    }

    /** Told to stop: by a cancel or to hand over. */
    void stop() {
        if (!over && !silent && !deaf) {
            over = true;
            node.attempts.stopped(key, number);
        }
    }

    void verify() {
        if (!over && !silent) {
            node.attempts.renew(key, number).thenAccept(held -> over = over || !held);
        }
    }

    void keepAlive() {
        if (Duration.between(touched, node.schedule.instant()).compareTo(RENEW) >= 0) {
            touched = node.schedule.instant();
            verify();
        }
    }

    private void step() {
        if (over) {
            return;
        }
        char step = at < steps.length() ? steps.charAt(at) : '.';
        switch (step) {
            case 'd' -> emit(this::go, delta());
            case 't' -> emit(this::go, new EventBody.Thinking("hm"));
            case '2' -> emit(this::go, delta(), new EventBody.Thinking("hm"), delta());
            case 'a' -> emit(this::pause, ask("p" + at, null));
            case 'e' -> emit(this::pause, ask("p" + at, node.schedule.instant().plusSeconds(20)));
            case 'g' -> emit(this::pause, ask(null, null));
            case 'h' -> emit(this::await, ask("p" + at, null));
            case 'w' -> emit(this::doze, ask("p" + at, null));
            case 'k' -> after(25_000);
            case 'z' -> {
                silent = true;
                node.after(40_000, this::wakeUp);
            }
            case 's', 'S' -> {
                if (step == 'S' || number == 1) {
                    silent = true;
                    over = true;
                } else {
                    go();
                }
            }
            case 'i' -> {
                deaf = true;
                go();
            }
            case 'x' -> emit(this::go, delta(), new EventBody.RunRestarted(9));
            case 'f' -> emit(this::go, delta(), new EventBody.RunFailed("AGENT_ERROR", "out of paper"));
            case 'o' -> emit(this::go, done(), delta());
            default -> emit(() -> over = true, delta(), new EventBody.TextDone("m", key.session().tenant() + "/done"), done());
        }
    }

    private static EventBody done() {
        return new EventBody.RunCompleted(null, null, null);
    }

    private EventBody delta() {
        return new EventBody.TextDelta(at % 2 == 0 ? "m" : null, key.session().tenant() + "/" + at + " ");
    }

    private EventBody ask(String id, Instant expiresAt) {
        return new EventBody.ApprovalRequired(id, "pay", Json.object().put("at", at), "step " + at, null, null, null, expiresAt);
    }

    private void go() {
        at++;
        node.later(this::step);
    }

    private void after(long millis) {
        node.after(millis, this::go);
    }

    private void wakeUp() {
        silent = false;
        go();
    }

    private void emit(Runnable then, EventBody... events) {
        int present = node.sabotaged(Sabotage.IGNORE_FENCES)
                ? node.disk.run(key.session().tenant(), key.run()).map(Run::attempt).orElse(number) : number;
        node.attempts.append(key, present, List.of(events)).whenComplete((appended, failure) -> {
            if (failure != null) {
                over = true;
                return;
            }
            switch (appended) {
                case Appended.Stored _ -> {
                    node.judge.stored(key.run(), this);
                    touched = node.schedule.instant();
                    if (!over) {
                        then.run();
                    }
                }
                case Appended.Over _, Appended.Stale _, Appended.Missing _ -> over = true;
                case Appended.Invalid _ -> node.later(() -> emit(this::go, new EventBody.RunFailed("X", "confused")));
            }
        });
    }

    private void pause() {
        over = true;
        node.later(() -> node.attempts.pause(key, number));
    }

    private void doze() {
        silent = true;
        await();
    }

    /** Waits in place for the decision. */
    private void await() {
        node.after(300, () -> {
            if (over) {
                return;
            }
            RunStatus status = node.disk.run(key.session().tenant(), key.run()).orElseThrow().status();
            if (status == RunStatus.WAITING) {
                await();
            } else {
                wakeUp();
            }
        });
    }
}
