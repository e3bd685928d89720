package dev.hawser.core.dialect.apigw;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.MessageId;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ApigwDialectTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final SessionId CHAT = new SessionId("c-1");
    private static final ApigwDialect DIALECT = new ApigwDialect(new AgentName("lawyer"));

    private static Decoded decode(String frame) {
        return DIALECT.decode(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(Outbound.Message message) {
        return new String(DIALECT.encode(Outbound.of(CHAT, message), "id", NOW), StandardCharsets.UTF_8);
    }

    @Test
    void aMessageGoesToItsChatSessionWhichItMayBegin() {
        assertThat(decode("{\"matter_id\":\"m-1\",\"chat_session_id\":\"c-1\",\"message\":\" hello \",\"action\":\"send\"}"))
                .isEqualTo(new Decoded.Accepted(null, new Command.SendMessage(
                        CHAT, " hello ", null, Json.object().put("matter_id", "m-1"), null, true)));
        assertThat(decode("{\"type\":null,\"matter_id\":\"m\",\"chat_session_id\":\"c-1\",\"message\":\"x\"}"))
                .isInstanceOf(Decoded.Accepted.class);
    }

    @Test
    void aPingIsAPingWhateverElseItSays() {
        assertThat(decode("{\"type\":\"ping\",\"message\":7}")).isEqualTo(new Decoded.Accepted(null, new Command.Ping(null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"ping"                                                  | INVALID_MESSAGE        | The message is not valid JSON
            []                                                              | INVALID_MESSAGE        | The message is not a JSON object
            {"type":"ping","type":"ping"}                                   | INVALID_MESSAGE        | The message is not valid JSON
            {"type":1}                                                      | INVALID_MESSAGE        | Field 'type' must be a string
            {"type":"pong"}                                                 | UNKNOWN_TYPE           | The message type is not known.
            {}                                                              | MISSING_REQUIRED_FIELD | Field 'matter_id' is required
            {"matter_id":"m","message":"x"}                                 | MISSING_REQUIRED_FIELD | Field 'chat_session_id' is required
            {"matter_id":"m","chat_session_id":"c"}                         | MISSING_REQUIRED_FIELD | Field 'message' is required
            {"matter_id":1,"chat_session_id":"c","message":"x"}             | INVALID_MESSAGE        | Field 'matter_id' must be a string
            {"matter_id":" ","chat_session_id":"c","message":"x"}           | INVALID_MESSAGE        | Field 'matter_id' must be a string of 1 to 128 characters
            {"matter_id":"m","chat_session_id":"","message":"x"}            | INVALID_MESSAGE        | Field 'chat_session_id' must be an id of at most 128 characters
            {"matter_id":"m","chat_session_id":"\\u0000","message":"x"}     | INVALID_MESSAGE        | Field 'chat_session_id' must be an id of at most 128 characters
            {"matter_id":"m","chat_session_id":"c","message":" "}           | INVALID_MESSAGE        | Field 'message' must be more than blanks
            {"matter_id":"m","chat_session_id":"c","message":"\\ud800"}     | INVALID_MESSAGE        | The message is not valid JSON
            """)
    void whatIsWrongIsSaid(String frame, Code code, String message) {
        Decoded decoded = decode(frame);
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        Fault fault = ((Decoded.Rejected) decoded).fault();
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).isEqualTo(message);
    }

    @Test
    void nestingIsBounded() {
        assertThat(decode("{\"matter_id\":" + "[".repeat(100_000))).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"x\":" + "[".repeat(63) + "]".repeat(63) + ",\"type\":\"ping\"}"))
                .isInstanceOf(Decoded.Accepted.class);
    }

    @Test
    void whatIsSaidHasTheFormsOfTheContract() {
        assertThat(encode(new Outbound.Pong(TextNode.valueOf("x")))).isEqualTo("{\"type\":\"pong\"}");
        assertThat(encode(new Outbound.RunAccepted(new RunId("r-1"), new MessageId("m"), RunStatus.QUEUED)))
                .isEqualTo("{\"type\":\"accepted\",\"run_id\":\"r-1\",\"chat_session_id\":\"c-1\"}");
        assertThat(encode(new Outbound.Failed(Fault.of(Code.NOT_FOUND, "no \"such\" thing"))))
                .isEqualTo("{\"type\":\"error\",\"code\":\"NOT_FOUND\",\"message\":\"no \\\"such\\\" thing\"}");
        assertThat(encode(new Outbound.Failed(new Fault(Code.RATE_LIMITED, "slow", Duration.ofMillis(7)))))
                .isEqualTo("{\"type\":\"error\",\"code\":\"RATE_LIMITED\",\"message\":\"slow\",\"retryAfterMs\":7}");
        assertThat(encode(new Outbound.Notice("n", Json.object().put("a", 1))))
                .isEqualTo("{\"type\":\"notice\",\"name\":\"n\",\"value\":{\"a\":1}}");
        assertThat(encode(new Outbound.Resumed(new Epoch("e"), 8, 7, "expired", new Snapshot(List.of(), List.of(), List.of(), null, 7))))
                .isEqualTo("{\"type\":\"snapshot\",\"chat_session_id\":\"c-1\",\"reason\":\"expired\",\"snapshot\":"
                        + "{\"messages\":[],\"runs\":[],\"pendingApprovals\":[],\"lastSequence\":7}}");
        assertThat(new String(DIALECT.heartbeat().frame(), StandardCharsets.US_ASCII)).isEqualTo("{\"type\":\"heartbeat\"}");
        assertThat(DIALECT.heartbeat().every()).isEqualTo(Duration.ofMinutes(9));
    }

    static Stream<Outbound.Message> unspoken() {
        return Stream.of(
                new Outbound.Established(new ConnectionId("k"), new Principal(new TenantId("t"), new UserId("u"), Set.of(),
                        Instant.MAX), null, Duration.ofSeconds(30), 1),
                new Outbound.Resumed(new Epoch("e"), 1, 0, null, null), new Outbound.Closing(CloseCode.POLICY, "r", null),
                new Outbound.Ping(), new Outbound.AuthRefreshed(NOW), new Outbound.SessionCreated(new Epoch("e"), 0),
                new Outbound.Subscribed(new Epoch("e"), 0), new Outbound.Unsubscribed(new Epoch("e"), 0),
                new Outbound.RunCancelling(new RunId("r"), RunStatus.RUNNING, true),
                new Outbound.ApprovalRecorded(new RunId("r"), new ApprovalId("a"), Decision.Kind.APPROVE, true, true));
    }

    @ParameterizedTest
    @MethodSource("unspoken")
    void whatItsClientsKnowNothingOfIsNotSaid(Outbound.Message message) {
        assertThat(encode(message)).isEmpty();
    }

    @Test
    void eventsAreThePlainOnes() {
        Event event = new Event(EventType.TEXT_DELTA, 3, NOW.toEpochMilli(), new RunId("r-1"),
                "{\"messageId\":\"m\",\"delta\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(DIALECT.encode(new SessionKey(new TenantId("t"), CHAT), new Epoch("e"), event), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"text.delta\",\"sequence\":3,\"time\":\"2026-01-31T12:00:00.000Z\",\"runId\":\"r-1\","
                        + "\"messageId\":\"m\",\"delta\":\"x\"}");
    }

    @ParameterizedTest
    @CsvSource({"AUTH_INVALID, 401", "AUTH_EXPIRED, 401", "FORBIDDEN, 403", "RATE_LIMITED, 429", "STORE_UNAVAILABLE, 503"})
    void whoIsNotLetInIsToldByTheStatus(Code code, int status) {
        assertThat(DIALECT.refusal(Fault.of(code))).isEqualTo(status);
    }

    @Test
    void whoIsOfNoTenantIsForbidden() {
        assertThat(DIALECT.refusal(Identity.NO_TENANT)).isEqualTo(403);
    }

    @Test
    void theAgentIsTheConfigurationsWhateverTheQuerySays() {
        assertThat(DIALECT.target(Map.of("agent", "other", "conversationId", "c")))
                .isEqualTo(new Target.Valid(null, null, null, new AgentName("lawyer")));
        assertThat(new ApigwDialect(null).target(Map.of())).isEqualTo(new Target.Valid(null, null, null, null));
    }
}
