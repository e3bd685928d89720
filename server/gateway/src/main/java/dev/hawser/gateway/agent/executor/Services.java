package dev.hawser.gateway.agent.executor;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.run.Attempts;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Sessions;
import java.time.InstantSource;

/** What an executor needs of the core. */
public record Services(
        Runs runs, Attempts attempts, Approvals approvals, Sessions sessions, Ledger ledger, RunQueue queue,
        InstantSource clock) {}
