package dev.hawser.core.dialect.standard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.kit.World;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Position;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StandardEncodeTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.004Z");
    private static final String TIME = "2026-01-31T12:00:00.004Z";
    private static final Epoch EPOCH = new Epoch("e1");

    static Stream<Arguments> messages() {
        Snapshot snapshot = new Snapshot(
                List.of(new Snapshot.Message("u1", "user", "pay", true, "r1", NOW),
                        new Snapshot.Message("a1", "assistant", "", false, null, NOW)),
                List.of(new Snapshot.RunLine("r1", "demo", "waiting", NOW), new Snapshot.RunLine("r2", "demo", "queued", null)),
                List.of(new Snapshot.PendingApproval("p1", "r1", "pay", Samples.json("{\"amount\":12.50}"), "why",
                        Samples.json("12.50"), "EUR", null, NOW)), null, 12);
        return Stream.of(
                row(new Outbound.Established(new ConnectionId("k7"), World.ANN, new Position(EPOCH, 1, 12),
                        Duration.ofSeconds(30), 65_536), "system.connection.established",
                        "{'connectionId':'k7','conversationId':'c1','userId':'ann','tenantId':'acme','epoch':'e1','lastSequence':12,"
                                + "'heartbeatIntervalMs':30000,'maxMessageBytes':65536,'serverTime':'" + TIME + "'}"),
                row(new Outbound.Resumed(EPOCH, 8, 12, null, null), "system.connection.resumed",
                        "{'conversationId':'c1','epoch':'e1','recovered':true,'fromSequence':8,'toSequence':12}"),
                row(new Outbound.Resumed(EPOCH, 13, 12, "expired", snapshot), "system.connection.resumed",
                        "{'conversationId':'c1','epoch':'e1','recovered':false,'fromSequence':13,'toSequence':12,'reason':'expired',"
                                + "'snapshot':{'messages':[{'messageId':'u1','role':'user','text':'pay','complete':true,'runId':'r1',"
                                + "'time':'" + TIME + "'},{'messageId':'a1','role':'assistant','text':'','complete':false,'time':'"
                                + TIME + "'}],'runs':[{'runId':'r1','agent':'demo','status':'waiting','startedAt':'" + TIME
                                + "'},{'runId':'r2','agent':'demo','status':'queued'}],'pendingApprovals':[{'approvalId':'p1',"
                                + "'runId':'r1','toolName':'pay','toolArgs':{'amount':12.50},'reason':'why','amount':12.50,"
                                + "'currency':'EUR','expiresAt':'" + TIME + "'}],'lastSequence':12}}"),
                row(new Outbound.Closing(CloseCode.SERVICE_RESTART, "server_shutdown", Duration.ofMillis(1500)),
                        "system.connection.close", "{'reason':'server_shutdown','code':1012,'reconnectAfterMs':1500}"),
                row(new Outbound.Closing(CloseCode.NO_HEARTBEAT, "no_heartbeat", null), "system.connection.close",
                        "{'reason':'no_heartbeat','code':4008}"),
                row(new Outbound.Ping(), "system.ping", "{'timestamp':'" + TIME + "'}"),
                row(new Outbound.Pong(null), "system.pong", "{'timestamp':'" + TIME + "'}"),
                row(new Outbound.Pong(TextNode.valueOf("then")), "system.pong", "{'timestamp':'then'}"),
                row(new Outbound.Failed(Fault.of(Code.NOT_FOUND, "no")), "system.error",
                        "{'category':'business','code':'NOT_FOUND','message':'no','isRetryable':false}"),
                row(new Outbound.Failed(new Fault(Code.RATE_LIMITED, "slow", Duration.ofMillis(5))), "system.error",
                        "{'category':'rate_limit','code':'RATE_LIMITED','message':'slow','isRetryable':true,'retryAfterMs':5}"),
                row(new Outbound.AuthRefreshed(NOW), "system.auth.refreshed", "{'expiresAt':'" + TIME + "'}"),
                row(new Outbound.SessionCreated(EPOCH, 0), "control.conversation.created",
                        "{'conversationId':'c1','epoch':'e1','lastSequence':0}"),
                row(new Outbound.Subscribed(EPOCH, 3), "control.conversation.subscribed",
                        "{'conversationId':'c1','epoch':'e1','lastSequence':3}"),
                row(new Outbound.Unsubscribed(EPOCH, 3), "control.conversation.unsubscribed",
                        "{'conversationId':'c1','epoch':'e1','lastSequence':3}"),
                row(new Outbound.RunAccepted(new RunId("r1"), new MessageId("u1"), RunStatus.QUEUED), "control.run.accepted",
                        "{'runId':'r1','messageId':'u1','status':'queued'}"),
                row(new Outbound.RunCancelling(new RunId("r1"), RunStatus.RUNNING, true), "control.run.cancelling",
                        "{'runId':'r1','status':'running'}"),
                row(new Outbound.ApprovalRecorded(new RunId("r1"), new ApprovalId("p1"), Decision.Kind.EXPIRE, false, false), "control.approval.recorded",
                        "{'approvalId':'p1','decision':'expire','won':false}"),
                row(new Outbound.Notice("maintenance", Samples.json("{\"at\":\"22:00\"}")), "control.notice",
                        "{'name':'maintenance','value':{'at':'22:00'}}"));
    }

    private static Arguments row(Outbound.Message message, String type, String payload) {
        return Arguments.of(message, type, payload.replace('\'', '"'));
    }

    private static JsonNode encode(Outbound outbound) {
        return Json.read(new StandardDialect().encode(outbound, "s1", NOW));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessage(Outbound.Message message, String type, String payload) {
        JsonNode frame = encode(new Outbound("m\"1\u0000", new SessionId("c1"), message));
        assertThat(frame.get("payload")).isEqualTo(Samples.json(payload));
        ObjectNode envelope = ((ObjectNode) frame).without("payload");
        assertThat((JsonNode) envelope).isEqualTo(Samples.json(
                ("{'id':'s1','type':'" + type + "','version':'1.0','timestamp':'" + TIME + "','source':'server',"
                        + "'conversationId':'c1','correlationId':'m\\\"1\\u0000'}").replace('\'', '"')));
    }

    @Test
    void whatIsNotThereIsLeftOut() {
        JsonNode frame = encode(Outbound.of(null, new Outbound.Established(
                new ConnectionId("k7"), World.ANN, null, Duration.ofSeconds(30), 65_536)));
        assertThat(frame.has("conversationId") || frame.has("correlationId") || frame.has("sequence")).isFalse();
        assertThat(frame.get("payload").has("conversationId")).isFalse();
        assertThat(frame.get("payload").has("epoch") || frame.get("payload").has("lastSequence")).isFalse();
    }

    @Test
    void theDialectSaysWhereItIs() {
        assertThat(new StandardDialect().name()).isEqualTo("standard");
        assertThat(new StandardDialect().path()).isEqualTo("/ws");
    }
}
