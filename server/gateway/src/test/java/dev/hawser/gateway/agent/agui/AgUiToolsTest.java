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
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.gateway.agent.Requests;
import dev.hawser.gateway.agent.tools.Tools;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tool calls that an {@code ag-ui} agent leaves to the gateway: done on the user's device, with approval where it is needed. */
@Timeout(300)
class AgUiToolsTest {
    private ScriptedAgUi scripted;

    @BeforeEach
    void start() throws Exception {
        scripted = new ScriptedAgUi();
    }

    @AfterEach
    void stop() {
        scripted.close();
    }

    private static String calls(String id, String name, String arguments) {
        return "{'type':'TOOL_CALL_CHUNK','toolCallId':'" + id + "','toolCallName':'" + name + "','delta':'"
                + arguments.replace("'", "\\\"") + "'}";
    }

    @Test
    void whatItLeavesToUsIsDoneAndItIsAskedAgain() throws Exception {
        scripted.device.offer("look", "broken");
        String usage = "'usage':[{'inputTokens':3}]}";
        scripted.agent.then(stream(STARTED, TEXT, CONTENT, TEXT_END, calls("a", "look", "{'at':1}"), calls("b", "broken", ""),
                calls("c", "look", "nonsense"), calls("d", "other", "{}"),
                "{'type':'STATE_SNAPSHOT','snapshot':{'n':1}}", FINISHED.replace("}", "," + usage)));
        scripted.agent.then(stream(STARTED, "{'type':'STATE_DELTA','delta':[{'op':'add','path':'/m','value':2}]}",
                calls("e", "look", "{}"), FINISHED));
        scripted.agent.then(stream(STARTED, FINISHED.replace("}", "," + usage)));
        assertThat(scripted.run(Requests.of("look"))).isEqualTo(new Outcome.Completed());
        assertThat(scripted.lines()).isEqualTo(SAID + """
                tool.call {'toolCallId':'d','name':'other','arguments':{}}
                state.snapshot {'state':{'n':1}}
                tool.call {'toolCallId':'a','name':'look','arguments':{'at':1},'deviceId':'phone'}
                tool.result {'toolCallId':'a','result':{'did':'look'}}
                tool.call {'toolCallId':'b','name':'broken','arguments':{},'deviceId':'phone'}
                tool.result {'toolCallId':'b','error':'out of order'}
                tool.call {'toolCallId':'c','name':'look','arguments':'nonsense'}
                tool.result {'toolCallId':'c','error':'The arguments are not a JSON object'}
                state.delta {'patch':[{'op':'add','path':'/m','value':2}]}
                tool.call {'toolCallId':'e','name':'look','arguments':{},'deviceId':'phone'}
                tool.result {'toolCallId':'e','result':{'did':'look'}}
                run.completed {'usage':{'inputTokens':6}}""");
        JsonNode first = scripted.agent.call().body();
        JsonNode second = scripted.agent.call().body();
        JsonNode third = scripted.agent.call().body();
        assertThat(List.of(first.path("runId"), second.path("runId"), third.path("runId"))).doesNotHaveDuplicates();
        assertThat(second.path("state")).isEqualTo(Requests.json("{\"n\":1}"));
        assertThat(third.path("state")).isEqualTo(Requests.json("{\"n\":1,\"m\":2}"));
        assertThat(second.path("messages").findValuesAsText("role"))
                .containsExactly("user", "assistant", "assistant", "tool", "tool", "tool");
        assertThat(second.path("messages").get(2).path("toolCalls").findValuesAsText("id")).containsExactly("d", "a", "b", "c");
        assertThat(second.path("messages").get(3)).isEqualTo(Requests.json("""
                {"id": "result-a", "role": "tool", "toolCallId": "a", "content": "{\\"did\\":\\"look\\"}"}"""));
        assertThat(second.path("messages").get(4).path("error").textValue()).isEqualTo("out of order");
        assertThat(third.path("messages").size()).isEqualTo(second.path("messages").size() + 2);
    }

    @Test
    void whatItDoesItselfIsItsOwn() throws Exception {
        scripted.device.offer("look", "pay");
        scripted.agent.then(stream(STARTED, calls("a", "look", "{}"),
                "{'type':'TOOL_CALL_RESULT','messageId':'x','toolCallId':'a','content':'done'}", FINISHED));
        assertThat(scripted.run(Requests.of("look"))).isEqualTo(new Outcome.Completed());
        assertThat(scripted.lines()).isEqualTo("tool.call {'toolCallId':'a','name':'look','arguments':{}}\n"
                + "tool.result {'toolCallId':'a','result':'done'}\n" + COMPLETED);
        scripted.sink.events.clear();
        scripted.agent.then(stream(STARTED, CALL, CALL_ARGS, CALL_END, "{'type':'RUN_ERROR','message':'no'}"));
        scripted.run(Requests.of("pay"));
        assertThat(scripted.lines()).startsWith("tool.call {'toolCallId':'t1','name':'pay'").contains("run.failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "approve | {'did':'pay'}", "edit | {'did':'pay'}",
        "reject | {'error':'The user did not allow this call','reason':'why'}",
        "expire | {'error':'The user did not allow this call'}"})
    void aPersonIsAskedForWhatTheRuleNames(String decision, String told) throws Exception {
        scripted.device.offer("look", "pay");
        scripted.agent.then(stream(STARTED, CALL, CALL_ARGS, CALL_END, calls("l", "look", "{}"), FINISHED));
        assertThat(scripted.run(Requests.of("pay"))).isEqualTo(new Outcome.Paused());
        assertThat(scripted.lines()).isEqualTo("""
                tool.call {'toolCallId':'l','name':'look','arguments':{},'deviceId':'phone'}
                tool.result {'toolCallId':'l','result':{'did':'look'}}
                approval.required {'approvalId':'ag-ui.call.t1','toolName':'pay','toolArgs':{'amount':5},\
                'reason':'The agent wants to call pay'}""");
        scripted.agent.call();
        scripted.sink.events.clear();
        JsonNode edited = decision.equals("edit") ? Requests.json("{\"amount\":4}") : null;
        scripted.log.add(new EventBody.ApprovalDecided("ag-ui.call.t1", decision, "ann", edited,
                decision.equals("reject") ? "why" : null));
        scripted.agent.then(stream(STARTED, FINISHED));
        assertThat(scripted.run(Requests.of("pay", resume("ag-ui.call.t1", Decision.Kind.of(decision)))))
                .isEqualTo(new Outcome.Completed());
        boolean allowed = decision.equals("approve") || decision.equals("edit");
        assertThat(scripted.lines()).isEqualTo((allowed ? "tool.call {'toolCallId':'t1','name':'pay','arguments':{'amount':"
                + (edited == null ? 5 : 4) + "},'deviceId':'phone'}\ntool.result {'toolCallId':'t1','result':{'did':'pay'}}\n" : "")
                + COMPLETED);
        JsonNode body = scripted.agent.call().body();
        assertThat(body.has("resume")).isFalse();
        assertThat(body.path("messages").findValuesAsText("role"))
                .containsExactly("user", "assistant", "tool", "assistant", "tool");
        assertThat(body.path("messages").get(4).path("content").textValue().replace('"', '\'')).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"true, {'did':'pay'}", "false, {'error':'The user did not allow this call'}"})
    void aCallWhoseQuestionIsGoneFromTheLogIsKnownByItsDecision(boolean allowed, String told) throws Exception {
        scripted.device.offer("pay");
        scripted.agent.then(stream(STARTED, FINISHED));
        assertThat(scripted.run(Requests.of("pay", resume("ag-ui.call.t1",
                allowed ? Decision.Kind.APPROVE : Decision.Kind.REJECT)))).isEqualTo(new Outcome.Completed());
        JsonNode body = scripted.agent.call().body();
        assertThat(body.path("messages").get(2).path("content").textValue().replace('"', '\'')).isEqualTo(told);
        assertThat(body.has("resume")).isFalse();
    }

    @Test
    void anInterruptAndACallDoNotGetInEachOthersWay() throws Exception {
        scripted.device.offer("look", "pay");
        scripted.agent.then(stream(STARTED, "{'type':'RUN_FINISHED','outcome':{'type':'interrupt','interrupts':["
                + "{'id':'ag-ui.call.x','reason':'r'},{'id':'i','reason':'r'}]}}"));
        scripted.run(Requests.of("pay"));
        assertThat(scripted.lines()).contains("approval.required {'toolName':'r','reason':'r'}");
        scripted.log.set(scripted.log.size() - 2, new EventBody.ApprovalRequired("given", "r", null, "r", null, null, null, null));
        scripted.log.add(new EventBody.ApprovalDecided("given", "approve", "ann", null, null));
        scripted.log.add(new EventBody.ApprovalDecided("i", "approve", "ann", null, null));
        scripted.agent.then(stream(STARTED, calls("l", "look", "{}"), FINISHED))
                .then(stream(STARTED, CALL, CALL_ARGS, CALL_END, FINISHED));
        scripted.sink.events.clear();
        assertThat(scripted.run(Requests.of("pay", resume("i", Decision.Kind.APPROVE)))).isEqualTo(new Outcome.Paused());
        scripted.log.add(new EventBody.ApprovalDecided("ag-ui.call.t1", "approve", "ann", null, null));
        scripted.agent.then(stream(STARTED, FINISHED));
        scripted.run(Requests.of("pay", resume("ag-ui.call.t1", Decision.Kind.APPROVE)));
        List<JsonNode> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            bodies.add(scripted.agent.call().body());
        }
        assertThat(bodies).extracting(body -> body.path("resume").size()).containsExactly(0, 2, 0, 0);
        assertThat(bodies).extracting(body -> body.path("runId").textValue()).doesNotHaveDuplicates();
    }

    @Test
    void anAgentThatCallsForEverIsStopped() throws Exception {
        scripted.device.offer("look");
        for (int i = 0; i <= Tools.MAX_ROUNDS; i++) {
            scripted.agent.then(stream(STARTED, calls("c" + i, "look", "{}"), FINISHED));
        }
        assertThat(((Outcome.Failed) scripted.run(Requests.of("look"))).fault().code()).isEqualTo(Code.AGENT_ERROR);
        assertThat(scripted.agent.calls).hasSize(Tools.MAX_ROUNDS);
    }

    @ParameterizedTest
    @CsvSource({"c0, c0", "unique, " + "x"})
    void anIdIsGoodForOneCall(String first, String second) throws Exception {
        scripted.device.offer("look");
        String again = second.equals("x") ? "x".repeat(150) : second;
        scripted.agent.then(stream(STARTED, calls(first, "look", "{}"), FINISHED));
        scripted.agent.then(stream(STARTED, calls(again, "look", "{}"), FINISHED));
        assertThat(((Outcome.Failed) scripted.run(Requests.of("look"))).fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
    }
}
