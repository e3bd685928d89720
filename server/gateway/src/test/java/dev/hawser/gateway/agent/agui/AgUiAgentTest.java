package dev.hawser.gateway.agent.agui;

import static dev.hawser.gateway.agent.agui.ScriptedAgUi.CALL;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.CALL_ARGS;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.CALL_END;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.COMPLETED;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.CONTENT;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.FINISHED;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.SAID;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.STARTED;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.TEXT;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.TEXT_END;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.resume;
import static dev.hawser.gateway.agent.agui.ScriptedAgUi.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Run;
import dev.hawser.core.model.Snapshot;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.agent.ScriptedServer;
import dev.hawser.gateway.agent.ScriptedServer.Answer;
import dev.hawser.gateway.agent.tools.Tools;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AgUiAgentTest {
    private ScriptedAgUi scripted;

    @BeforeEach
    void start() throws Exception {
        scripted = new ScriptedAgUi();
    }

    @AfterEach
    void stop() {
        scripted.close();
    }

    static Stream<Arguments> goodRuns() {
        return Stream.of(
                run("", FINISHED),
                run("", "{'type':'RUN_FINISHED','threadId':'s1','runId':'r1','outcome':null,'result':null}"),
                run("", "{'type':'RUN_FINISHED','threadId':'s1','runId':'r1','outcome':{'type':'success'},'result':{'a':1},"
                        + "'usage':[{'model':'m','inputTokens':3}]}", "run.completed {'result':{'a':1},"
                        + "'usage':{'model':'m','inputTokens':3}}"),
                run("", "{'type':'RUN_FINISHED','outcome':'success','usage':[{'inputTokens':3},{'inputTokens':4,'model':'x'}]}",
                        "run.completed {'usage':{'inputTokens':7}}"),
                run("", "{'type':'RUN_FINISHED','outcome':{'type':'cancelled'}}", "run.cancelled {}"),
                run("", "{'type':'RUN_ERROR','message':'no','code':'RATE_LIMITED'}",
                        "run.failed {'code':'RATE_LIMITED','message':'no'}"),
                run(SAID, TEXT, CONTENT, TEXT_END, FINISHED),
                run("", TEXT.replace("assistant", "user"), CONTENT, TEXT_END, FINISHED),
                run(SAID, "{'type':'TEXT_MESSAGE_CHUNK','messageId':'m1','delta':'h'}", "{'type':'RAW','event':1}",
                        "{'type':'TEXT_MESSAGE_CHUNK','delta':'i'}", FINISHED)
                        .expecting("text.delta {'messageId':'m1','delta':'h'}\ncustom {'name':'ag-ui.raw','value':{'event':1}}\n"
                                + "text.delta {'messageId':'m1','delta':'i'}\ntext.done {'messageId':'m1','text':'hi'}\n"),
                run("tool.call {'toolCallId':'t1','name':'pay','arguments':{'amount':5}}\n"
                        + "tool.result {'toolCallId':'t1','result':{'ok':true}}\n", CALL, CALL_ARGS, CALL_END,
                        "{'type':'TOOL_CALL_RESULT','messageId':'x','toolCallId':'t1','content':'{\\\"ok\\\":true}'}", FINISHED),
                run("tool.call {'toolCallId':'t1','name':'pay','arguments':'no JSON'}\n"
                        + "tool.result {'toolCallId':'t1','result':'done'}\n",
                        "{'type':'TOOL_CALL_CHUNK','toolCallId':'t1','toolCallName':'pay','delta':'no '}",
                        "{'type':'TOOL_CALL_CHUNK','delta':'JSON'}",
                        "{'type':'TOOL_CALL_RESULT','messageId':'x','toolCallId':'t1','content':'done'}", FINISHED),
                run("thinking {'text':'hm'}\nthinking {'text':'so'}\n", "{'type':'REASONING_START','messageId':'a'}",
                        "{'type':'REASONING_MESSAGE_START','messageId':'a','role':'reasoning'}",
                        "{'type':'REASONING_MESSAGE_CONTENT','messageId':'a','delta':'hm'}",
                        "{'type':'REASONING_MESSAGE_END','messageId':'a'}", "{'type':'REASONING_END','messageId':'a'}",
                        "{'type':'REASONING_MESSAGE_CHUNK','messageId':'b','delta':'so'}", FINISHED),
                run("state.snapshot {'state':{'a':1}}\nstate.delta {'patch':[{'op':'add','path':'/b','value':2}]}\n",
                        "{'type':'STATE_SNAPSHOT','snapshot':{'a':1}}",
                        "{'type':'STATE_DELTA','delta':[{'op':'add','path':'/b','value':2}]}", FINISHED),
                run("ui.action {'action':{'createSurface':{}}}\nui.action {'action':{'x':1}}\nui.action {'action':{'x':2}}\n",
                        "{'type':'ACTIVITY_SNAPSHOT','messageId':'u','activityType':'a2ui-surface','content':{"
                                + "'a2ui_operations':[{'createSurface':{}}]}}",
                        "{'type':'ACTIVITY_SNAPSHOT','messageId':'u','activityType':'a2ui-surface','content':{"
                                + "'a2ui_operations':[{'createSurface':{}},{'x':1}]}}",
                        "{'type':'ACTIVITY_DELTA','messageId':'u','activityType':'a2ui-surface','patch':["
                                + "{'op':'add','path':'/a2ui_operations/-','value':{'x':2}}]}", FINISHED),
                run("ui.action {'action':{'activityType':'PLAN','messageId':'u','content':{'a':1}}}\n"
                        + "ui.action {'action':{'activityType':'PLAN','messageId':'u','patch':[{'op':'remove','path':'/a'}]}}\n",
                        "{'type':'ACTIVITY_SNAPSHOT','messageId':'u','activityType':'PLAN','content':{'a':1}}",
                        "{'type':'ACTIVITY_DELTA','messageId':'u','activityType':'PLAN','patch':[{'op':'remove','path':'/a'}]}",
                        FINISHED),
                run("subagent.started {'subagentId':'a','subagentType':'cook','task':'soup'}\n"
                        + "subagent.ended {'subagentId':'a','result':1,'success':true}\n"
                        + "subagent.started {'subagentId':'b','subagentType':'cook','parentAgent':'a'}\n"
                        + "subagent.ended {'subagentId':'b','success':false,'error':'burnt'}\n",
                        "{'type':'SUBAGENT_STARTED','subagentRunId':'a','name':'cook','description':'soup'}",
                        "{'type':'SUBAGENT_FINISHED','subagentRunId':'a','result':1}",
                        "{'type':'SUBAGENT_STARTED','subagentRunId':'b','name':'cook','parentSubagentRunId':'a'}",
                        "{'type':'SUBAGENT_ERROR','subagentRunId':'b','message':'burnt'}", FINISHED),
                run("custom {'name':'ag-ui.step.started','value':{'stepName':'one'}}\n"
                        + "custom {'name':'ag-ui.step.finished','value':{'stepName':'one'}}\n"
                        + "custom {'name':'n','value':[1]}\n",
                        "{'type':'STEP_STARTED','stepName':'one'}", "{'type':'STEP_FINISHED','stepName':'one'}",
                        "{'type':'CUSTOM','name':'n','value':[1]}", FINISHED),
                run("text.done {'messageId':'m9','text':'whole'}\n",
                        "{'type':'MESSAGES_SNAPSHOT','messages':[{'id':'m7','role':'assistant','content':'old'},"
                                + "{'id':'u1','role':'user','content':'hello'},{'id':'m9','role':'assistant','content':'whole'}]}",
                        FINISHED),
                run(SAID, TEXT, CONTENT, TEXT_END, "{'type':'MESSAGES_SNAPSHOT','messages':["
                        + "{'id':'u1','role':'user','content':'hello'},{'id':'m1','role':'assistant','content':'hi'}]}", FINISHED))
                .map(Case::arguments);
    }

    private record Case(String expected, List<String> events) {
        Case expecting(String other) {
            return new Case(other + COMPLETED, events);
        }

        Arguments arguments() {
            return Arguments.of(events.toArray(String[]::new), expected);
        }
    }

    /** The last event may be followed by what is expected of it, which is completion otherwise. */
    private static Case run(String before, String... events) {
        List<String> all = new ArrayList<>(List.of(events));
        String end = all.getLast().startsWith("run.") ? all.removeLast() : COMPLETED;
        all.addFirst(STARTED);
        return new Case(before + end, all);
    }

    @ParameterizedTest
    @MethodSource("goodRuns")
    void turnsItsEventsIntoOurs(String[] events, String expected) throws Exception {
        scripted.agent.then(stream(events));
        assertThat(scripted.run(Requests.of("hello"))).isEqualTo(new Outcome.Completed());
        assertThat(scripted.lines()).isEqualTo(expected);
    }

    static Stream<Arguments> badRuns() {
        String big = "{'type':'CUSTOM','name':'n','value':'" + "x".repeat(300_000) + "'}";
        return Stream.of(
                bad(Code.AGENT_TRUNCATED),
                bad(Code.AGENT_TRUNCATED, STARTED),
                bad(Code.AGENT_TRUNCATED, STARTED, TEXT, CONTENT),
                bad(Code.INVALID_AGENT_EVENT, TEXT),
                bad(Code.INVALID_AGENT_EVENT, FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, STARTED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, CONTENT),
                bad(Code.INVALID_AGENT_EVENT, STARTED, TEXT_END),
                bad(Code.INVALID_AGENT_EVENT, STARTED, TEXT, TEXT),
                bad(Code.INVALID_AGENT_EVENT, STARTED, TEXT, FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, CALL, FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, CALL_ARGS),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'STEP_STARTED','stepName':'a'}", FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'STEP_FINISHED','stepName':'a'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'REASONING_START','messageId':'a'}", FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'SUBAGENT_STARTED','subagentRunId':'a','name':'x'}", FINISHED),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'SUBAGENT_FINISHED','subagentRunId':'a'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'TEXT_MESSAGE_CHUNK','delta':'a'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'TEXT_MESSAGE_START'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'TEXT_MESSAGE_START','messageId':5}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'CUSTOM','name':'" + "x".repeat(201) + "'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'STATE_DELTA','delta':{}}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'STATE_DELTA','delta':[1]}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'STATE_SNAPSHOT'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'NONSENSE'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'typ':'RAW'}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "nonsense"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "[]"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, big),
                bad(Code.INVALID_AGENT_EVENT, STARTED, TEXT, CONTENT.replace("hi", "x".repeat(200_000)),
                        CONTENT.replace("hi", "x".repeat(200_000))),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'RUN_FINISHED','outcome':{'type':'other'}}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'RUN_FINISHED','outcome':{'type':'interrupt'}}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED,
                        "{'type':'RUN_FINISHED','outcome':{'type':'interrupt','interrupts':[{'id':'i'}]}}"),
                bad(Code.INVALID_AGENT_EVENT, STARTED, "{'type':'RUN_FINISHED','outcome':{'type':'interrupt',"
                        + "'interrupts':[{'id':'i','reason':'r','expiresAt':'soon'}]}}"),
                Arguments.of(Answer.json("{}"), Code.INVALID_AGENT_EVENT),
                Arguments.of(new Answer(200, "text/event-stream", new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xFF, '\n', '\n'},
                        0, false), Code.INVALID_AGENT_EVENT),
                Arguments.of(stream(STARTED).brokenOff(), Code.AGENT_TRUNCATED),
                Arguments.of(Answer.of(500, "text/plain", "secret"), Code.AGENT_ERROR));
    }

    private static Arguments bad(Code code, String... events) {
        return Arguments.of(stream(events), code);
    }

    @ParameterizedTest
    @MethodSource("badRuns")
    void refusesWhatBreaksTheProtocol(Answer answer, Code code) throws Exception {
        scripted.agent.then(answer);
        Fault fault = ((Outcome.Failed) scripted.run(Requests.of("hello"))).fault();
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).doesNotContain("secret", "nonsense", "127.0.0.1");
        assertThat(scripted.sink.lines()).noneMatch(line -> line.startsWith("run."));
    }

    @Test
    void nothingCountsAfterTheEnd() throws Exception {
        scripted.agent.then(stream(STARTED, FINISHED, TEXT, "nonsense"));
        assertThat(scripted.run(Requests.of("hello"))).isEqualTo(new Outcome.Completed());
        assertThat(scripted.lines()).isEqualTo(COMPLETED);
    }

    @Test
    void anAgentThatNeverEndsTimesOut() throws Exception {
        scripted.agent.then(stream(STARTED, TEXT).hanging());
        Outcome outcome = scripted.run(Requests.of("hello"), InstantSource.system(), Duration.ofSeconds(2));
        assertThat(((Outcome.Failed) outcome).fault().code()).isEqualTo(Code.AGENT_TIMEOUT);
    }

    @Test
    void isAskedAsTheProtocolSays() throws Exception {
        scripted.agent.then(stream(STARTED, FINISHED));
        AgentConnector.Request plain = Requests.of("and now?");
        scripted.run(new AgentConnector.Request(plain.run(), List.of(
                new Snapshot.Message("m0", "assistant", "ho", true, "r0", Instant.EPOCH)), null, null));
        ScriptedServer.Call call = scripted.agent.call();
        assertThat(call.headers().get("Accept")).containsExactly("text/event-stream");
        assertThat(call.body()).isEqualTo(Requests.json("""
                {"threadId": "s1", "runId": "r1", "protocolVersion": "1.0", "state": {}, "messages": [
                  {"id": "m0", "role": "assistant", "content": "ho"}, {"id": "u1", "role": "user", "content": "and now?"}],
                 "tools": [], "context": [], "forwardedProps": {}}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "approve | {'interruptId':'i1','status':'resolved','payload':{'approved':true}}",
        "edit    | {'interruptId':'i1','status':'resolved','payload':{'approved':true,'editedArgs':{'amount':4}}}",
        "reject  | {'interruptId':'i1','status':'resolved','payload':{'approved':false,'reason':'why'}}",
        "expire  | {'interruptId':'i1','status':'cancelled'}"})
    void anInterruptIsAnApprovalAndItsDecisionGoesBack(String decision, String answer) throws Exception {
        scripted.agent.then(stream(STARTED, TEXT, CONTENT, TEXT_END, CALL, CALL_ARGS, CALL_END, """
                {"type":"RUN_FINISHED","outcome":{"type":"interrupt","interrupts":[
                 {"id":"i1","reason":"tool_call","toolCallId":"t1","message":"It costs","expiresAt":"2026-02-01T00:00:00Z"},
                 {"id":"i2","reason":"input_required","metadata":{"amount":7,"currency":"EUR"}}]}}""".replace("\n", "")));
        assertThat(scripted.run(Requests.of("pay"))).isEqualTo(new Outcome.Paused());
        assertThat(scripted.lines()).endsWith("""
                approval.required {'approvalId':'i1','toolName':'pay','toolArgs':{'amount':5},'reason':'It costs',\
                'expiresAt':'2026-02-01T00:00:00.000Z'}
                approval.required {'approvalId':'i2','toolName':'input_required','reason':'input_required','amount':7,\
                'currency':'EUR'}""");
        scripted.agent.call();
        JsonNode edited = decision.equals("edit") ? Requests.json("{\"amount\":4}") : null;
        scripted.log.add(new EventBody.ApprovalDecided("i2", "reject", "ann", null, null));
        scripted.log.add(new EventBody.ApprovalDecided("i1", decision, "ann", edited, decision.equals("reject") ? "why" : null));
        scripted.agent.then(stream(STARTED, FINISHED));
        assertThat(scripted.run(Requests.of("pay", resume("i1", Decision.Kind.of(decision))))).isEqualTo(new Outcome.Completed());
        JsonNode body = scripted.agent.call().body();
        assertThat(body.path("runId").textValue()).isEqualTo("r1.1");
        assertThat(body.path("resume").toString().replace('"', '\'')).isEqualTo(
                "[{'interruptId':'i2','status':'resolved','payload':{'approved':false}}," + answer + "]");
        assertThat(body.path("messages").toString().replace('"', '\'')).isEqualTo("[{'id':'u1','role':'user','content':'pay'},"
                + "{'id':'m1','role':'assistant','content':'hi'},{'id':'call-t1','role':'assistant','toolCalls':["
                + "{'id':'t1','type':'function','function':{'name':'pay','arguments':'{\\'amount\\':5}'}}]}]");
    }

    @Test
    void aSecondInterruptMayHaveTheNameOfTheFirst() throws Exception {
        String asks = "{'type':'RUN_FINISHED','outcome':{'type':'interrupt','interrupts':[{'id':'i','reason':'r'}]}}";
        scripted.agent.then(stream(STARTED, asks)).then(stream(STARTED, asks)).then(stream(STARTED, FINISHED));
        scripted.run(Requests.of("pay"));
        scripted.log.add(new EventBody.ApprovalDecided("i", "reject", "ann", null, null));
        scripted.sink.events.clear();
        assertThat(scripted.run(Requests.of("pay", resume("i", Decision.Kind.REJECT)))).isEqualTo(new Outcome.Paused());
        assertThat(scripted.lines()).endsWith("approval.required {'toolName':'r','reason':'r'}");
        scripted.log.removeLast();
        scripted.log.add(new EventBody.ApprovalRequired("given", "r", null, "r", null, null, null, null));
        scripted.log.add(new EventBody.ApprovalDecided("given", "approve", "ann", null, null));
        scripted.run(Requests.of("pay", resume("given", Decision.Kind.APPROVE)));
        scripted.agent.call();
        assertThat(scripted.agent.call().body().path("runId").textValue()).isEqualTo("r1.1");
        JsonNode last = scripted.agent.call().body();
        assertThat(last.path("runId").textValue()).isEqualTo("r1.2");
        assertThat(last.path("resume").toString().replace('"', '\''))
                .isEqualTo("[{'interruptId':'i','status':'resolved','payload':{'approved':true}}]");
    }

    @Test
    void aQuestionThatIsGoneFromTheLogIsKnownByItsDecision() throws Exception {
        scripted.agent.then(stream(STARTED, FINISHED));
        scripted.run(Requests.of("pay", resume("i1", Decision.Kind.EDIT)));
        assertThat(scripted.agent.call().body().path("resume").toString().replace('"', '\'')).isEqualTo("[{'interruptId':'i1',"
                + "'status':'resolved','payload':{'approved':true,'editedArgs':{'amount':4}}}]");
    }

    @Test
    void isToldTheSharedStateAndWhatCameWithTheMessage() throws Exception {
        scripted.agent.then(stream(STARTED, FINISHED));
        scripted.device.tools.add(new Tools.Tool("look", "looks", (ObjectNode) Requests.json("{\"type\":\"object\"}")));
        scripted.device.tools.add(new Tools.Tool("open", null, null));
        AgentConnector.Request plain = Requests.of("hi");
        Run run = Run.queued(plain.run().key(), 1, plain.run().user(), plain.run().agent(), plain.run().message(), "hi",
                (ObjectNode) Requests.json("""
                        {"ag-ui.context": [{"description": "d", "value": "v"}], "ag-ui.tools": [], "a": 1}"""),
                FakeTime.START, null);
        scripted.run(new AgentConnector.Request(run, List.of(), Requests.json("{\"count\":2}"), null));
        JsonNode body = scripted.agent.call().body();
        assertThat(body.path("state")).isEqualTo(Requests.json("{\"count\":2}"));
        assertThat(body.path("context")).isEqualTo(Requests.json("[{\"description\":\"d\",\"value\":\"v\"}]"));
        assertThat(body.path("forwardedProps")).isEqualTo(Requests.json("{\"a\":1}"));
        assertThat(body.path("tools")).isEqualTo(Requests.json("""
                [{"name": "look", "description": "looks", "parameters": {"type": "object"}},
                 {"name": "open", "description": "", "parameters": {"type": "object", "properties": {}}}]"""));
    }
}
