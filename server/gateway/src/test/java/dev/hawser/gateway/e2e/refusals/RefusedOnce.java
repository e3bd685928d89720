package dev.hawser.gateway.e2e.refusals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.gateway.e2e.Watched;
import dev.hawser.gateway.edge.Eventually;
import dev.hawser.gateway.protocol.Wire;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/**
 * That each bad message over one wire is answered by one error, counted once and logged once; that the wire stays, and that
 * somebody's session beside it streams on without a hole.
 *
 * @param pong the type of the answer to a ping
 */
record RefusedOnce(Witness witness, Wire wire, String pong) {
    /** Asks for an answer that is no error. */
    interface Ping {
        void send(Wire wire);
    }

    /** Looks at the answer to a bad message. */
    interface Check {
        void look(String text, String code, JsonNode answer);
    }

    /** @param table bad messages with the code that each is refused with */
    void all(Map<String, String> table, Ping ping, Check check, Watched canary) {
        SoftAssertions all = new SoftAssertions();
        table.forEach((text, code) -> {
            double counted = witness.counted();
            witness.takeRefusals();
            wire.sendText(text);
            JsonNode answer = wire.message();
            ping.send(wire);
            JsonNode after = wire.message();
            try {
                check.look(text, code, answer);
                assertThat(Wire.type(after)).isEqualTo(pong);
                Eventually.holds(() -> witness.refusals() > 0 && witness.counted() == counted + 1);
                assertThat(witness.takeRefusals()).hasSize(1);
            } catch (AssertionError e) {
                all.fail(text.substring(0, Math.min(text.length(), 120)) + ": " + answer + ": " + e.getMessage());
            }
        });
        all.assertAll();
        assertThat(witness.alarms()).isEmpty();
        int before = canary.last();
        while (canary.last() < before + 200) {
            canary.until("data.text.delta");
        }
    }
}
