package dev.hawser.sql;

import dev.hawser.core.port.Connections;
import dev.hawser.core.port.DeviceLedger;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.port.Members;
import dev.hawser.core.port.RunQueue;
import dev.hawser.core.port.SessionLog;
import dev.hawser.core.port.Tickets;

/** One SQL database with everything in it: session log, ledger, queue, tickets, memberships, connections. Safe for all threads. */
public interface Store extends Ledger, SessionLog, RunQueue, AutoCloseable {
    /** The tickets in the same database. */
    Tickets tickets();

    /** The tenants and memberships in the same database. */
    Members members();

    /** The records of live wires in the same database. */
    Connections connections();

    /** The devices, and the calls of their tools, in the same database. */
    DeviceLedger devices();

    /** What it has done so far. */
    StoreMetrics metrics();

    /**
     * Whether other nodes may use the same database at the same time. Where they may, a starting node must leave alone what is
     * leased: the lease of a node that is gone lapses.
     */
    boolean shared();

    /** Commits what waits, then closes. Blocks. Without effect where it is closed. */
    @Override
    void close();
}
