package dev.hawser.core.simulation;

import dev.hawser.core.model.Ids;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.session.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One seed: a storm in which clients act and things fail, then calm, in which everything has to come to rest with every
 * promise kept.
 */
final class Simulation implements Node.World {
    private static final int MAX_STEPS = 2_000_000;
    private static final long PATIENCE = 20 * 60_000;
    /** Ids of sessions that both tenants use. */
    private static final String SHARED_ID = "shared";
    private static final List<String> PLANS = List.of("d", "dd", "t2", "d2d", "da", "ad2", "gd", "dh", "hd", "ed", "aad",
            "dk", "z", "dzd", "az", "hz", "ds", "S", "di2dd", "x", "df", "o", "hsd", "e", "ag", "hh", "wd", "dwd");

    final Schedule schedule;
    final Judge judge = new Judge();
    private final Random random;
    private final long seed;
    private final Disk disk;
    private final Sabotage sabotage;
    private final Policy policy;
    private final Ids ids;
    private final int trimTo;
    private final long storm;
    private final List<Client> clients = new ArrayList<>();
    private final Map<SessionKey, UserId> owners = new LinkedHashMap<>();
    private Faults faults;
    private Node node;
    private boolean rest;
    private long steps;

    Simulation(long seed, boolean tracing, Sabotage sabotage) {
        this.seed = seed;
        this.sabotage = sabotage;
        random = new Random(seed);
        schedule = new Schedule(random, tracing);
        faults = Faults.of(random);
        disk = new Disk(schedule, faults);
        ids = new Ids(schedule, random);
        policy = Policy.of(Set.of(Workers.AGENT), Workers.AGENT).with(
                random.nextInt(3) == 0 ? Visibility.TENANT : Visibility.OWNER,
                schedule.pick(List.of(Policy.Concurrency.QUEUE, Policy.Concurrency.QUEUE, Policy.Concurrency.PARALLEL,
                        Policy.Concurrency.REJECT)));
        trimTo = random.nextInt(4) == 0 ? 5 + random.nextInt(20) : Integer.MAX_VALUE;
        storm = 1_000 + random.nextInt(10_000);
    }

    /**
     * Runs the seed.
     *
     * @return how many steps it took
     * @throws AssertionError where a promise is broken, with the seed
     */
    static long run(long seed, Sabotage sabotage) {
        Simulation simulation = new Simulation(seed, false, sabotage);
        try {
            simulation.run();
            return simulation.steps;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + " at " + simulation.schedule.elapsed() + " ms: " + e.getMessage()
                    + "\nreplay: mvn -pl server/core test -Dtest=SimulationTest -Dsimulation.seed=" + seed, e);
        }
    }

    void run() {
        disk.store.listen(judge);
        disk.store.listen(group -> {
            if (node != null) {
                node.hub.appended(group);
            }
        });
        disk.whenDue(_ -> {
            if (node != null) {
                node.workers().wake();
            }
        });
        boot();
        for (String user : List.of("acme/ann", "acme/ann", "acme/bob", "evil/ann", "evil/eve")) {
            Client client = new Client(user.substring(5) + clients.size(), principal(user), this);
            clients.add(client);
            schedule.in(schedule.delay(), () -> live(client));
        }
        until(() -> schedule.elapsed() >= storm, Long.MAX_VALUE);
        schedule.note("the storm is over");
        faults = Faults.NONE;
        disk.faults(faults);
        look();
        until(() -> rest, schedule.elapsed() + PATIENCE);
        judge.finish();
        answers();
    }

    private static Principal principal(String path) {
        return new Principal(
                new TenantId(path.substring(0, 4)), new UserId(path.substring(5)), Set.of(), Instant.MAX);
    }

    private void until(BooleanSupplier done, long latest) {
        for (; !done.getAsBoolean(); steps++) {
            if (steps > MAX_STEPS || schedule.elapsed() > latest) {
                judge.check(false, "does not come to rest:", unrest());
            }
            schedule.step();
            if (judge.complaint() != null) {
                throw judge.complaint();
            }
        }
    }

    private boolean calm() {
        return faults == Faults.NONE;
    }

    private void look() {
        rest = judge.allOver() && clients.stream().allMatch(Client::level);
        schedule.in(2_000, this::look);
    }

    private String unrest() {
        StringBuilder text = new StringBuilder();
        judge.truths().forEach((session, truth) -> truth.runs.forEach((run, end) -> {
            if (end == null) {
                text.append("\n  run ").append(disk.run(session.tenant(), new RunId(run)));
            }
        }));
        for (Client client : clients) {
            client.told().stream().filter(told -> !told.answered())
                    .forEach(told -> text.append("\n  unanswered ").append(told.frame));
            client.views().stream().filter(view -> !view.watched() || !view.level()).forEach(view ->
                    text.append("\n  ").append(client.name).append(" is at ").append(view.last()).append(" of ")
                            .append(view.session));
        }
        return text.toString();
    }

    private void boot() {
        node = new Node(this, schedule, disk, judge, ids);
        node.start();
    }

    private void crash() {
        Node dead = node;
        node = null;
        dead.die();
        clients.forEach(Client::cut);
        schedule.in(50 + schedule.delay(), this::boot);
    }

    // What clients do of themselves

    private void live(Client client) {
        if (node != null) {
            if (!client.online()) {
                client.connect();
            } else if (calm()) {
                settle(client);
            } else {
                act(client);
            }
        }
        schedule.in(calm() ? 2_000 : 20 + schedule.below(600), () -> live(client));
    }

    private void act(Client client) {
        if (schedule.chance(faults.crashes())) {
            crash();
            return;
        }
        if (schedule.chance(faults.jumps())) {
            schedule.jump(schedule.pick(List.of(5_000, 31_000, 61_000)));
        }
        if (schedule.chance(faults.cuts())) {
            client.cut();
            return;
        }
        List<View> views = client.views();
        if (views.isEmpty() || schedule.chance(0.05)) {
            int number = schedule.below(4);
            String conversation = number < 2 ? SHARED_ID + number : client.principal.tenant().value() + number;
            SessionKey key = new SessionKey(client.principal.tenant(), new SessionId(conversation));
            if (owners.putIfAbsent(key, client.principal.user()) == null || client.sees(key, policy.visibility())) {
                client.create(conversation);
            }
            return;
        }
        act(client, schedule.pick(views));
    }

    private void act(Client client, View view) {
        Judge.Truth truth = judge.truth(view.session);
        switch (schedule.below(16)) {
            case 0, 1, 2, 3 -> client.say(view, schedule.pick(PLANS));
            case 4 -> client.resume(view, schedule.chance(0.8) ? view.epoch() : "another", schedule.chance(0.2) ? null
                    : schedule.chance(0.2) ? Long.valueOf(view.last() + 3) : Long.valueOf(schedule.below((int) view.last() + 1)));
            case 5 -> client.subscribe(view, schedule.chance(0.5));
            case 6 -> client.unsubscribe(view);
            case 7 -> client.repeat(1_000);
            case 8 -> client.act(view);
            case 9 -> client.babble();
            case 10 -> client.catchUp();
            case 11 -> {
                if (truth != null && !truth.runs.isEmpty()) {
                    client.cancel(view, schedule.pick(List.copyOf(truth.runs.keySet())));
                }
            }
            case 12, 13 -> {
                if (truth != null && !truth.approvals.isEmpty()) {
                    client.decide(view, schedule.pick(List.copyOf(truth.approvals.keySet())),
                            schedule.pick(List.of("approve", "reject", "edit")));
                }
            }
            case 14 -> judge.truths().keySet().stream().filter(key -> foreign(client, key)).findFirst()
                    .ifPresent(client::intrude);
            default -> upset();
        }
    }

    /** Whether a session must look to the client as if there was none. */
    private boolean foreign(Client client, SessionKey session) {
        boolean mayHaveItsOwn = session.session().value().startsWith(SHARED_ID)
                && !session.tenant().equals(client.principal.tenant());
        return !client.sees(session, policy.visibility()) && !mayHaveItsOwn;
    }

    /** What happens to a node now and then. */
    private void upset() {
        switch (schedule.below(4)) {
            case 0 -> node.workers().handOver();
            case 1 -> {
                if (trimTo < Integer.MAX_VALUE) {
                    node.trim(trimTo);
                }
            }
            case 2 -> node.wires().stream().findFirst().ifPresent(ServerWire::congest);
            default -> List.copyOf(node.wires()).stream().limit(2).forEach(ServerWire::drain);
        }
    }

    /** The storm is over: everything that is open is closed. */
    private void settle(Client client) {
        client.catchUp();
        client.repeat(5_000);
        for (View view : client.views()) {
            Judge.Truth truth = judge.truth(view.session);
            if (truth != null && client.sees(view.session, policy.visibility())) {
                truth.approvals.forEach((approval, decided) -> {
                    if (decided == null && schedule.chance(0.1)) {
                        client.decide(view, approval, "approve");
                    }
                });
            }
        }
    }

    /** What everybody was answered is what has become of it. */
    private void answers() {
        for (Client client : clients) {
            for (Told told : client.told()) {
                if (told.id.startsWith("d") && told.answer().has("won")) {
                    decided(client, told);
                }
            }
        }
    }

    private void decided(Client client, Told told) {
        String approval = told.answer().get("approvalId").textValue();
        var truth = judge.truth(told.session).approvals.get(approval);
        judge.check(truth.decision().equals(told.answer().get("decision").textValue()), client.name, "was told",
                told.answer(), "but the log says", truth);
        judge.check(!told.answer().get("won").booleanValue()
                        || client.principal.user().value().equals(truth.decidedBy()),
                client.name, "won, but the log says", truth);
    }

    // What the others ask

    Node node() {
        return node;
    }

    UserId owner(SessionKey session) {
        return owners.get(session);
    }

    Judge.Truth truth(SessionKey session) {
        return judge.truth(session);
    }

    boolean rejects() {
        return policy.concurrency() == Policy.Concurrency.REJECT;
    }

    long seed() {
        return seed;
    }

    @Override
    public Faults faults() {
        return faults;
    }

    @Override
    public Policy policy() {
        return policy;
    }

    @Override
    public Sabotage sabotage() {
        return sabotage;
    }
}
