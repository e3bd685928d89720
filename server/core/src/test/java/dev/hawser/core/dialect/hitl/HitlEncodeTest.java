package dev.hawser.core.dialect.hitl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.NewEvent;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.RunStatus;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the transcripts do not come by: the events of agents that the demo agent does not send, and rare answers. */
class HitlEncodeTest {
    private static final HitlDialect DIALECT = new HitlDialect();
    private static final SessionKey SESSION = new SessionKey(new TenantId("acme"), new SessionId("c1"));
    private static final RunId RUN = new RunId("r1");

    private static Arguments row(Object message, String type, String data) {
        return arguments(message, type, data.replace('\'', '"'));
    }

    static Stream<Arguments> events() {
        String run = "'session_id':'c1','execution_id':'r1'";
        return Stream.of(
                row(new EventBody.ToolResult("t", null, Samples.json("\"no\"")), "tool_result",
                        "{" + run + ",'tool_id':'t','result':null,'success':false,'error':'no'}"),
                row(new EventBody.ToolResult("t", Samples.json("{\"a\":[1]}"), Samples.json("null")), "tool_result",
                        "{" + run + ",'tool_id':'t','result':{'a':[1]},'success':true}"),
                row(new EventBody.ApprovalRequired("p", "pay", Json.object(), "", Samples.json("12.50"), "EUR",
                        Samples.json("0.1"), Instant.EPOCH), "approval_required", "{" + run + ",'request_id':'p',"
                        + "'tool_name':'pay','tool_args':{},'reason':'','amount':12.50,'currency':'EUR','estimated_cost':0.1}"),
                row(new EventBody.ApprovalDecided("p", "expire", null, null, null), "rejected",
                        "{'execution_id':'r1','request_id':'p','reason':'expired'}"),
                row(new EventBody.SubagentEnded("s", null, false, 12L, "gone"), "subagent_end",
                        "{'session_id':'c1','subagent_id':'s','result':null,'success':false,'duration_ms':12,'error':'gone'}"),
                row(new EventBody.RunCompleted(Samples.json("{\"a\":1}"), 5L,
                                Samples.json("{\"toolCalls\":3,\"totalCost\":0.25,\"tokens\":9}")), "complete",
                        "{" + run + ",'result':{'a':1},'success':true,'total_cost':0.25,'duration_ms':5,'tool_calls':3}"),
                row(new EventBody.RunCompleted(null, 5L, Samples.json("{\"totalCost\":\"much\",\"toolCalls\":{}}")), "complete",
                        "{" + run + ",'result':null,'success':true,'duration_ms':5,'tool_calls':0}"),
                row(new EventBody.RunFailed("AGENT_TIMEOUT", "late"), "error",
                        "{" + run + ",'message':'late','error_type':'AGENT_TIMEOUT'}"),
                row(new EventBody.RunAbandoned("nobody watches"), "error", "{" + run
                        + ",'message':'The execution was abandoned: nobody watches','error_type':'RUN_OVER'}"),
                row(new EventBody.RunCancelled("x"), "cancelled", "{'execution_id':'r1'}"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void events(EventBody body, String type, String data) {
        JsonNode frame = Json.read(event(body));
        assertThat(frame).isEqualTo(Samples.json("{\"type\":\"" + type + "\",\"data\":" + data
                + ",\"timestamp\":\"1970-01-01T00:00:00.007Z\",\"sequence\":3}"));
    }

    private static byte[] event(EventBody body) {
        NewEvent event = NewEvent.of(RUN, body);
        return DIALECT.encode(SESSION, new Epoch("e1"), new Event(event.type(), 3, 7, RUN, event.json()));
    }

    @Test
    void someEventsAreNotShown() {
        assertThat(Stream.of(new EventBody.RunStarted("demo", 1), EventBody.RunWaiting.APPROVAL, new EventBody.RunRestarted(2),
                new EventBody.TextDone("m", "t"), new EventBody.UiAction(Json.object()), new EventBody.StateSnapshot(Json.object()),
                new EventBody.Custom("n", null)).map(HitlEncodeTest::event)).allMatch(frame -> frame.length == 0);
    }

    @Test
    void halfACharacterOfAnAgentStaysJson() {
        assertThat(Json.read(event(new EventBody.TextDelta("m", "\ud83d"))).path("data").path("text").textValue())
                .isEqualTo("\ud83d");
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                row(new Outbound.Failed(new Fault(Code.RATE_LIMITED, "Slow down", Duration.ofMillis(40))), "error",
                        "{'session_id':'c1','message':'Slow down','error_type':'RATE_LIMITED','details':{'retry_after_ms':40}}"),
                row(new Outbound.ApprovalRecorded(RUN, new ApprovalId("p"), Decision.Kind.EDIT, false, false), "edited",
                        "{'execution_id':'r1','request_id':'p'}"),
                row(new Outbound.ApprovalRecorded(RUN, new ApprovalId("p"), Decision.Kind.EXPIRE, false, false), "rejected",
                        "{'execution_id':'r1','request_id':'p','reason':'expired'}"),
                row(new Outbound.RunCancelling(RUN, RunStatus.CANCELLED, false), "cancelled", "{'execution_id':'r1'}"),
                row(new Outbound.RunCancelling(RUN, RunStatus.FAILED, false), "error", "{'session_id':'c1','execution_id':'r1',"
                        + "'message':'The execution has already ended','error_type':'RUN_OVER'}"),
                row(new Outbound.Resumed(new Epoch("e1"), 4, 9, null, null), "resumed", "{'session_id':'c1','epoch':'e1',"
                        + "'recovered':true,'from_sequence':4,'to_sequence':9}"),
                row(new Outbound.Pong(null), "pong", "{}"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answers(Outbound.Message message, String type, String data) {
        assertThat(Json.read(DIALECT.encode(new Outbound(null, SESSION.session(), message), "i", Instant.EPOCH)))
                .isEqualTo(Samples.json("{\"type\":\"" + type + "\",\"data\":" + data
                        + ",\"timestamp\":\"1970-01-01T00:00:00.000Z\"}"));
    }

    @Test
    void whatAnEventSaysIsNotAnsweredAsWell() {
        assertThat(Stream.of(new Outbound.ApprovalRecorded(RUN, new ApprovalId("p"), Decision.Kind.EDIT, true, true),
                new Outbound.RunCancelling(RUN, RunStatus.RUNNING, true), new Outbound.RunCancelling(RUN, RunStatus.CANCELLED, true),
                new Outbound.RunCancelling(RUN, RunStatus.RUNNING, false), new Outbound.Ping(), new Outbound.Noted(1))
                .map(message -> DIALECT.encode(new Outbound(null, SESSION.session(), message), "i", Instant.EPOCH)))
                .allMatch(frame -> frame.length == 0);
    }
}
