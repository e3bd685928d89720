package dev.hawser.gateway.http;

import dev.hawser.core.fanout.Hub;
import dev.hawser.core.fanout.Presence;
import java.time.Duration;

/**
 * What watching sessions over HTTP is made of.
 *
 * @param presence  who watches which session
 * @param streams   the event streams that are open
 * @param limits    counts event streams with the other wires of their user
 * @param heartbeat how often a silent event stream shows that it lives
 */
public record WatchParts(
        Hub hub, Presence presence, OpenStreams streams, ConnectionLimits limits, Duration heartbeat) {}
