package dev.hawser.gateway.http;

import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.ConnectionRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Wires that are not there: what becomes of a message is what the test says. */
final class FakeConnections implements ManagedConnections {
    final Map<ConnectionId, ConnectionRecord> records = new HashMap<>();
    final Map<ConnectionId, byte[]> sent = new HashMap<>();
    Outcome outcome = Outcome.DONE;

    @Override
    public Optional<ConnectionRecord> find(ConnectionId connection) {
        return Optional.ofNullable(records.get(connection));
    }

    @Override
    public Outcome send(ConnectionId connection, byte[] text) {
        sent.put(connection, text);
        return outcome;
    }

    @Override
    public Outcome close(ConnectionId connection) {
        if (outcome == Outcome.DONE) {
            records.remove(connection);
        }
        return outcome;
    }
}
