package dev.hawser.gateway;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.device.Devices;
import dev.hawser.core.fanout.Hub;
import dev.hawser.core.model.Ids;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Policy;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.http.Tail;
import dev.hawser.gateway.metrics.Metrics;
import dev.hawser.gateway.metrics.MicrometerDeviceMeter;
import dev.hawser.sql.Store;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The services of one node over its store, and who is told of what they write. Safe for all threads.
 *
 * @param hub   follows the log for connections
 * @param tail  the last of the log, for operators
 * @param owner names this process in leases
 */
record Spine(Policy policy, Sessions sessions, Runs runs, Approvals approvals, Devices devices, Hub hub, Tail tail,
        InstantSource clock, Ids ids, String owner) {
    /** The services as the configuration has them, on the system's clock. */
    static Spine of(Config config, Store store, Metrics metrics) {
        InstantSource clock = InstantSource.system();
        Ids ids = new Ids(clock, new SecureRandom());
        String owner = ids.next();
        Hub hub = new Hub();
        Tail tail = new Tail();
        store.listen(hub);
        store.listen(tail);
        metrics.followedSessions(hub::followed);

        Policy policy = Configured.policy(config);
        Sessions sessions = new Sessions(store, store, policy, clock, ids);
        Runs runs = new Runs(store, sessions, policy, clock, ids);
        Approvals approvals = new Approvals(store, policy, clock);
        MicrometerDeviceMeter meter = new MicrometerDeviceMeter(metrics.registry());
        Devices devices = new Devices(store, store.devices(), runs, new Devices.Work(
                policy.deviceAgents(), owner, policy.lease(), store.shared()), clock, ids, meter);
        meter.connected(devices::connected);
        return new Spine(policy, sessions, runs, approvals, devices, hub, tail, clock, ids, owner);
    }
}
