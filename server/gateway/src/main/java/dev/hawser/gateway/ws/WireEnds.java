package dev.hawser.gateway.ws;

import dev.hawser.core.run.Departures;
import dev.hawser.core.run.OnDisconnect;
import java.util.Map;

/**
 * What follows when wires are gone.
 *
 * @param departures   told of them
 * @param onDisconnect what a lost wire does to its runs, by the name of its dialect; nothing where it is not in it
 */
public record WireEnds(Departures departures, Map<String, OnDisconnect> onDisconnect) {}
