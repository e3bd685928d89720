package dev.hawser.gateway.agui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.EventJson;
import dev.hawser.core.model.EventType;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.RunId;
import dev.hawser.gateway.agent.Requests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AgUiEncoderTest {
    private final AgUiEncoder encoder = new AgUiEncoder("t", "r",
            "[{\"id\":\"u\",\"role\":\"user\"}]".getBytes(StandardCharsets.UTF_8), Set.of("mine"));
    private long sequence;

    private List<ObjectNode> take(String type, String fields) {
        byte[] json = fields.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        EventType known = EventType.of(type).orElseThrow();
        EventBody body = EventJson.read(known, json);
        return encoder.event(new Event(EventType.of(body), ++sequence, 7, new RunId("run"), json));
    }

    private static String shown(List<ObjectNode> events) {
        return events.stream().map(event -> {
            String type = event.remove("type").textValue();
            event.remove("timestamp");
            return type + " " + event.toString().replace('"', '\'');
        }).collect(Collectors.joining("\n"));
    }

    private static final String END = "RUN_FINISHED {'threadId':'t','runId':'r','outcome':{'type':'success'}}";

    static Stream<Arguments> runs() {
        return Stream.of(
                Arguments.of(List.of(), END),
                Arguments.of(List.of("text.delta {'messageId':'m','delta':'a'}", "text.delta {'messageId':'m','delta':''}",
                        "text.done {'messageId':'m','text':'a'}"), """
                        TEXT_MESSAGE_START {'messageId':'m','role':'assistant'}
                        TEXT_MESSAGE_CONTENT {'messageId':'m','delta':'a'}
                        TEXT_MESSAGE_END {'messageId':'m'}
                        """ + END),
                Arguments.of(List.of("text.done {'messageId':'m','text':'a'}", "text.delta {'messageId':'n','delta':'b'}"), """
                        TEXT_MESSAGE_START {'messageId':'m','role':'assistant'}
                        TEXT_MESSAGE_CONTENT {'messageId':'m','delta':'a'}
                        TEXT_MESSAGE_END {'messageId':'m'}
                        TEXT_MESSAGE_START {'messageId':'n','role':'assistant'}
                        TEXT_MESSAGE_CONTENT {'messageId':'n','delta':'b'}
                        TEXT_MESSAGE_END {'messageId':'n'}
                        """ + END),
                Arguments.of(List.of("thinking {'text':'a'}", "thinking {'text':'b'}", "custom {'name':'n','value':null}"), """
                        REASONING_START {'messageId':'thought-1'}
                        REASONING_MESSAGE_START {'messageId':'thought-1','role':'reasoning'}
                        REASONING_MESSAGE_CONTENT {'messageId':'thought-1','delta':'a'}
                        REASONING_MESSAGE_CONTENT {'messageId':'thought-1','delta':'b'}
                        REASONING_MESSAGE_END {'messageId':'thought-1'}
                        REASONING_END {'messageId':'thought-1'}
                        CUSTOM {'name':'n','value':null}
                        """ + END),
                Arguments.of(List.of("tool.call {'toolCallId':'c','name':'pay','arguments':{'a':1}}",
                        "tool.result {'toolCallId':'c','result':'done'}", "tool.result {'toolCallId':'c','error':{'code':'X'}}"), """
                        TOOL_CALL_START {'toolCallId':'c','toolCallName':'pay'}
                        TOOL_CALL_ARGS {'toolCallId':'c','delta':'{\\'a\\':1}'}
                        TOOL_CALL_END {'toolCallId':'c'}
                        TOOL_CALL_RESULT {'messageId':'result-c','toolCallId':'c','content':'done','role':'tool'}
                        TOOL_CALL_RESULT {'messageId':'result-c','toolCallId':'c','content':'{\\'error\\':{\\'code\\':\\'X\\'}}','role':'tool'}
                        """ + END),
                Arguments.of(List.of("state.snapshot {'state':{'a':1}}", "state.delta {'patch':[]}"), """
                        STATE_SNAPSHOT {'snapshot':{'a':1}}
                        STATE_DELTA {'delta':[]}
                        """ + END),
                Arguments.of(List.of("ui.action {'action':{'createSurface':{'surfaceId':'s'}}}",
                        "ui.action {'action':{'updateComponents':{'surfaceId':'s'}}}", "ui.action {'action':{'x':1}}",
                        "ui.action {'action':{'activityType':'PLAN','messageId':'p','content':{'a':1}}}",
                        "ui.action {'action':{'activityType':'PLAN','messageId':'p','patch':[]}}"), """
                        ACTIVITY_SNAPSHOT {'messageId':'a2ui-s','activityType':'a2ui-surface','content':{'a2ui_operations':[{'createSurface':{'surfaceId':'s'}}]}}
                        ACTIVITY_SNAPSHOT {'messageId':'a2ui-s','activityType':'a2ui-surface','content':{'a2ui_operations':[{'createSurface':{'surfaceId':'s'}},{'updateComponents':{'surfaceId':'s'}}]}}
                        ACTIVITY_SNAPSHOT {'messageId':'a2ui-3','activityType':'a2ui-surface','content':{'a2ui_operations':[{'x':1}]}}
                        ACTIVITY_SNAPSHOT {'activityType':'PLAN','messageId':'p','content':{'a':1}}
                        ACTIVITY_DELTA {'activityType':'PLAN','messageId':'p','patch':[]}
                        """ + END),
                Arguments.of(List.of("subagent.started {'subagentId':'a','subagentType':'','task':'soup','parentAgent':'main'}",
                        "subagent.started {'subagentId':'b','subagentType':'cook','task':'','parentAgent':'a'}",
                        "subagent.ended {'subagentId':'b','success':false,'error':'burnt'}",
                        "subagent.ended {'subagentId':'b','success':true}", "subagent.started {'subagentId':'b'}"), """
                        SUBAGENT_STARTED {'subagentRunId':'a','name':'subagent','description':'soup'}
                        SUBAGENT_STARTED {'subagentRunId':'b','name':'cook','parentSubagentRunId':'a'}
                        SUBAGENT_ERROR {'subagentRunId':'b','message':'burnt'}
                        CUSTOM {'name':'subagent.ended','value':{'subagentId':'b','success':true}}
                        CUSTOM {'name':'subagent.started','value':{'subagentId':'b'}}
                        SUBAGENT_FINISHED {'subagentRunId':'a','outcome':{'type':'success'}}
                        """ + END),
                Arguments.of(List.of("custom {'name':'ag-ui.raw','value':{'event':1,'source':'s'}}",
                        "custom {'name':'ag-ui.interrupts','value':{}}",
                        "custom {'name':'ag-ui.step.finished','value':{'stepName':'one'}}",
                        "custom {'name':'ag-ui.step.started','value':{'stepName':'one'}}",
                        "custom {'name':'ag-ui.step.started','value':{'stepName':'one'}}"), """
                        RAW {'event':1,'source':'s'}
                        CUSTOM {'name':'ag-ui.step.finished','value':{'stepName':'one'}}
                        STEP_STARTED {'stepName':'one'}
                        CUSTOM {'name':'ag-ui.step.started','value':{'stepName':'one'}}
                        STEP_FINISHED {'stepName':'one'}
                        """ + END),
                Arguments.of(List.of("text.delta {'messageId':'m','delta':'a'}", "run.restarted {'attempt':2}",
                        "text.delta {'messageId':'m','delta':'b'}"), """
                        TEXT_MESSAGE_START {'messageId':'m','role':'assistant'}
                        TEXT_MESSAGE_CONTENT {'messageId':'m','delta':'a'}
                        TEXT_MESSAGE_END {'messageId':'m'}
                        MESSAGES_SNAPSHOT {'messages':[{'id':'u','role':'user'}]}
                        CUSTOM {'name':'run.restarted','value':{'attempt':2}}
                        TEXT_MESSAGE_START {'messageId':'m','role':'assistant'}
                        TEXT_MESSAGE_CONTENT {'messageId':'m','delta':'b'}
                        TEXT_MESSAGE_END {'messageId':'m'}
                        """ + END));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void endsWhatItBegins(List<String> events, String expected) {
        List<ObjectNode> all = new ArrayList<>();
        for (String event : events) {
            all.addAll(take(event.substring(0, event.indexOf(' ')), event.substring(event.indexOf(' ') + 1)));
        }
        all.addAll(take("run.completed", "{'durationMs':1}"));
        assertThat(shown(all)).isEqualTo(expected);
        assertThat(encoder.over()).isTrue();
        assertThat(take("text.done", "{'messageId':'m','text':'late'}")).isEmpty();
    }

    @Test
    void beginsOnceAndKeepsTheTime() {
        String started = "RUN_STARTED {'threadId':'t','runId':'r','protocolVersion':'1.0'}";
        assertThat(shown(encoder.start(null))).isEqualTo(started);
        assertThat(shown(encoder.start(Requests.json("[1]")))).isEqualTo(started + "\nSTATE_SNAPSHOT {'snapshot':[1]}");
        assertThat(take("custom", "{'name':'n','value':1}").getFirst().path("timestamp").longValue()).isEqualTo(7);
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of("run.failed", "{'code':'AGENT_ERROR','message':'no'}", "RUN_ERROR {'message':'no','code':'AGENT_ERROR'}"),
                Arguments.of("run.cancelled", "{}", END.replace("success", "cancelled")),
                Arguments.of("run.abandoned", "{}", END.replace("success", "cancelled")),
                Arguments.of("run.completed", "{'result':{'a':1},'durationMs':1,'usage':{'prompt_tokens':3,'total_tokens':5,'x':1}}",
                        "RUN_FINISHED {'threadId':'t','runId':'r','outcome':{'type':'success'},'result':{'a':1},"
                                + "'usage':[{'inputTokens':3,'totalTokens':5}]}"));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void hasOneEnd(String type, String fields, String expected) {
        String shown = shown(take(type, fields));
        assertThat(shown.length()).isEqualTo(expected.length());
        assertThat(Requests.json(shown.substring(shown.indexOf(' ')).replace('\'', '"')))
                .isEqualTo(Requests.json(expected.substring(expected.indexOf(' ')).replace('\'', '"')));
        assertThat(encoder.over()).isTrue();
    }

    @Test
    void questionsEndIt() {
        take("text.delta", "{'messageId':'m','delta':'a'}");
        take("subagent.started", "{'subagentId':'s','subagentType':'x'}");
        assertThat(take("approval.required", "{'approvalId':'p','toolName':'pay','toolArgs':{'a':1},'reason':'why',"
                + "'amount':5,'currency':'EUR','expiresAt':'2026-02-01T00:00:00.000Z'}")).isEmpty();
        assertThat(encoder.waiting()).isFalse();
        assertThat(take("run.waiting", "{'for':'approval'}")).isEmpty();
        assertThat(encoder.waiting()).isTrue();
        take("approval.required", "{'approvalId':'q','toolName':'delete','reason':''}");
        String schema = "'responseSchema':{'type':'object','properties':{'approved':{'type':'boolean'},"
                + "'editedArgs':{'type':'object'},'reason':{'type':'string'}},'required':['approved']}";
        assertThat(shown(encoder.interrupt())).isEqualTo("""
                TEXT_MESSAGE_END {'messageId':'m'}
                SUBAGENT_FINISHED {'subagentRunId':'s','outcome':{'type':'suspended'}}
                RUN_FINISHED {'threadId':'t','runId':'r','outcome':{'type':'interrupt','interrupts':[\
                {'id':'p','reason':'tool_call','message':'why',%s,'expiresAt':'2026-02-01T00:00:00.000Z',\
                'metadata':{'toolName':'pay','toolArgs':{'a':1},'amount':5,'currency':'EUR'}},\
                {'id':'q','reason':'tool_call',%s,'metadata':{'toolName':'delete'}}]}}""".formatted(schema, schema));
        assertThat(encoder.over()).isTrue();
    }

    @Test
    void waitingForADeviceIsNoQuestion() {
        take("run.waiting", "{'for':'device'}");
        assertThat(encoder.waiting()).isFalse();
        assertThat(shown(encoder.fail(Fault.of(Code.NOT_FOUND, "gone")))).isEqualTo("RUN_ERROR {'message':'gone','code':'NOT_FOUND'}");
    }

    @Test
    void whatIsLeftToTheCallerEndsIt() {
        assertThat(shown(take("tool.call", "{'toolCallId':'c','name':'look','arguments':{},'deviceId':'ag-ui caller'}"))).endsWith(
                "TOOL_CALL_END {'toolCallId':'c'}");
        assertThat(encoder.waiting()).isTrue();
        take("run.waiting", "{'for':'device'}");
        assertThat(shown(encoder.interrupt())).isEqualTo(END);
    }

    @Test
    void theCallerKnowsItsOwnResults() {
        assertThat(take("tool.result", "{'toolCallId':'mine','result':1}")).isEmpty();
        assertThat(take("tool.result", "{'toolCallId':'other','result':1}")).hasSize(1);
    }

    @Test
    void aLargeSurfaceGoesOnByPatches() {
        take("ui.action", "{'action':{'createSurface':{'surfaceId':'s','x':'" + "x".repeat(40_000) + "'}}}");
        assertThat(shown(take("ui.action", "{'action':{'updateComponents':{'surfaceId':'s'}}}"))).isEqualTo(
                "ACTIVITY_DELTA {'messageId':'a2ui-s','activityType':'a2ui-surface','patch':[{'op':'add',"
                        + "'path':'/a2ui_operations/-','value':{'updateComponents':{'surfaceId':'s'}}}]}");
    }
}
