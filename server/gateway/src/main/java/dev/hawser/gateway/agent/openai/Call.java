package dev.hawser.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool that the model calls.
 *
 * @param id        unique in the run; its part before the last dot is common to the calls of one round
 * @param name      as the tool's owner calls it
 * @param arguments an object; null where the model gave none that can be read
 */
record Call(String id, String name, JsonNode arguments) {
    /** The id of a call: rounds count on within an attempt, and no attempt repeats another's. */
    static String id(String run, int attempt, int round, int place) {
        return run + "." + attempt + "." + round + "." + place;
    }

    static String round(String id) {
        int dot = id.lastIndexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }
}
