package dev.hawser.core.dialect;

import dev.hawser.core.model.Command;
import dev.hawser.core.model.Fault;

/** What a frame turned out to be. */
public sealed interface Decoded {

    /** The client's id of the message; null where it gave none, or none that could be read. */
    String id();

    /** @param id the client's id of the message; null where it gave none */
    record Accepted(String id, Command command) implements Decoded {}

    /** @param id as far as it could be read; null otherwise */
    record Rejected(String id, Fault fault) implements Decoded {}

    /** It speaks another major version of the dialect. */
    record WrongVersion(String id) implements Decoded {}
}
