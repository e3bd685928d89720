package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.gateway.edge.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisconnectTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final UserId ANN = new UserId("ann");

    private static WsKit kit(OnDisconnect policy) throws IOException {
        WsKit.Options options = new WsKit.Options();
        options.onDisconnect = policy;
        return new WsKit(options);
    }

    private static SessionKey key(SessionId session) {
        return new SessionKey(ACME, session);
    }

    private static String watching(SessionId session) {
        return "&conversationId=" + session.value();
    }

    private static RunId send(Peer peer) throws IOException {
        peer.text("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"hello\"}}");
        return new RunId(peer.message("control.run.accepted").path("payload").path("runId").textValue());
    }

    private static int round(WsKit kit) {
        return kit.departures.round((session, user) -> kit.webSockets.watchers(session).containsKey(user));
    }

    private static RunStatus status(WsKit kit, RunId run) {
        return kit.store.run(ACME, run).orElseThrow().status();
    }

    @Test
    void aGraceBeginsWhenTheLastWireHasGoneAndEndsWithTheRun() throws Exception {
        try (WsKit kit = kit(new OnDisconnect.Grace(Duration.ofMinutes(1)))) {
            SessionId session = kit.session();
            RunId run;
            try (Peer stays = Peer.ann(kit, watching(session))) {
                try (Peer asks = Peer.ann(kit, watching(session))) {
                    run = send(asks);
                }
                Eventually.holds(() -> kit.departures.pending() == 1);
                assertThat(kit.webSockets.watchers(key(session))).isEqualTo(Map.of(ANN, 1));
                kit.pass(Duration.ofSeconds(50));
                stays.vanish();
            }
            Eventually.holds(() -> kit.open() == 0);
            kit.pass(Duration.ofSeconds(59));
            assertThat(round(kit)).isZero();
            assertThat(status(kit, run)).isEqualTo(RunStatus.QUEUED);
            kit.pass(Duration.ofSeconds(2));
            assertThat(round(kit)).isEqualTo(1);
            assertThat(status(kit, run)).isEqualTo(RunStatus.ABANDONED);
        }
    }

    @Test
    void whoIsBackBeforeTheGraceEndsFindsTheRunGoingOn() throws Exception {
        try (WsKit kit = kit(new OnDisconnect.Grace(Duration.ofMinutes(1)))) {
            SessionId session = kit.session();
            RunId run;
            try (Peer asks = Peer.ann(kit, watching(session))) {
                run = send(asks);
            }
            Eventually.holds(() -> kit.departures.pending() == 1);
            try (Peer back = Peer.ann(kit, watching(session) + "&lastSequence=0")) {
                back.message("data.message.user");
                kit.pass(Duration.ofMinutes(2));
                assertThat(round(kit)).isZero();
                assertThat(status(kit, run)).isEqualTo(RunStatus.QUEUED);
            }
        }
    }

    @Test
    void withAbandonTheRunsOfTheWireEndWithItAndNoOthers() throws Exception {
        try (WsKit kit = kit(new OnDisconnect.Abandon())) {
            SessionId session = kit.session();
            try (Peer stays = Peer.ann(kit, watching(session))) {
                RunId kept = send(stays);
                RunId run;
                try (Peer asks = Peer.ann(kit, watching(session))) {
                    run = send(asks);
                    asks.frame(Peer.FIN | Peer.CLOSE, new byte[] {3, (byte) 0xe8});
                    assertThat(asks.closeCode()).isEqualTo(1000);
                }
                Eventually.holds(() -> kit.departures.pending() == 1);
                assertThat(round(kit)).isEqualTo(1);
                assertThat(stays.message("data.run.abandoned").path("payload").path("runId").textValue())
                        .isEqualTo(run.value());
                assertThat(status(kit, kept)).isEqualTo(RunStatus.QUEUED);
            }
        }
    }

    @Test
    void whatAWireAskedForWithItsLastBreathIsAbandonedToo() throws Exception {
        try (WsKit kit = kit(new OnDisconnect.Abandon())) {
            SessionId session = kit.session();
            int messages = 200;
            try (Peer asks = Peer.ann(kit, watching(session))) {
                for (int i = 0; i < messages; i++) {
                    asks.text("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"hello\"}}");
                }
            }
            Eventually.holds(() -> kit.departures.pending() == 1);
            assertThat(round(kit)).isPositive();
            assertThat(kit.store.view(key(session)).orElseThrow().runs())
                    .allSatisfy(run -> assertThat(run.status()).isEqualTo(RunStatus.ABANDONED));
        }
    }

    @Test
    void withKeepNobodyIsMissed() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            RunId run;
            try (Peer asks = Peer.ann(kit, watching(session))) {
                run = send(asks);
            }
            Eventually.holds(() -> kit.open() == 0);
            assertThat(kit.departures.pending()).isZero();
            assertThat(status(kit, run)).isEqualTo(RunStatus.QUEUED);
        }
    }

    @Test
    void watchersAreThoseWhoFollow() throws Exception {
        try (WsKit kit = new WsKit()) {
            SessionId session = kit.session();
            assertThat(kit.webSockets.watchers(key(session))).isEmpty();
            try (Peer one = Peer.ann(kit, watching(session)); Peer two = Peer.ann(kit, watching(session));
                    Peer elsewhere = Peer.ann(kit, watching(kit.session())); Peer nowhere = Peer.ann(kit)) {
                for (Peer peer : new Peer[] {one, two, elsewhere, nowhere}) {
                    peer.text("{\"type\":\"system.ping\"}");
                    peer.message("system.pong");
                }
                assertThat(kit.webSockets.watchers(key(session))).isEqualTo(Map.of(ANN, 2));
                two.text("{\"type\":\"control.conversation.unsubscribe\",\"payload\":{\"conversationId\":\""
                        + session.value() + "\"}}");
                two.message("control.conversation.unsubscribed");
                assertThat(kit.webSockets.watchers(key(session))).isEqualTo(Map.of(ANN, 1));
            }
            Eventually.holds(() -> kit.webSockets.watchers(key(session)).isEmpty());
        }
    }
}
