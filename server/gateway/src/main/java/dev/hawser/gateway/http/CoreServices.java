package dev.hawser.gateway.http;

import dev.hawser.core.device.Devices;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.port.Ledger;
import dev.hawser.core.routing.Handler;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Sessions;
import java.util.Set;

/**
 * What the core does for clients, over whichever wire they come.
 *
 * @param router takes the commands, with the middleware that all of them go through
 * @param agents those that there are
 */
public record CoreServices(
        Handler router, Ledger ledger, Sessions sessions, Runs runs, Devices devices, Set<AgentName> agents) {}
