package dev.hawser.core.dialect.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.DeviceTool;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceDecodeTest {
    private static final Dialect DIALECT = new DeviceDialect();
    private static final RunId R1 = new RunId("r1");
    private static final ToolCallId C1 = new ToolCallId("c1");

    private static Decoded decode(String frame) {
        return DIALECT.decode(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static Arguments row(String frame, Command command) {
        return Arguments.of(frame.replace('\'', '"'), command);
    }

    static Stream<Arguments> good() {
        return Stream.of(
                row("{'type':'device_hello','device_id':'phone'}",
                        new Command.Hello(new DeviceOffer(new DeviceId("phone"), Set.of(), List.of(), null))),
                row("{'type':'device_hello','device_id':'phone','agent_ids':['a','a','b'],'tools':[{'name':'x'},"
                                + "{'name':'y','description':'d','parameters':{'type':'object'},'more':1}],'app_version':'2'}",
                        new Command.Hello(new DeviceOffer(new DeviceId("phone"),
                                Set.of(new AgentName("a"), new AgentName("b")), List.of(new DeviceTool("x", null, null),
                                new DeviceTool("y", "d", Json.object().put("type", "object"))), "2"))),
                row("{'type':'tool_result','id':'c1','result':{'a':1}}",
                        new Command.AnswerTool(C1, ToolOutcome.returned(Json.object().put("a", 1)))),
                row("{'type':'tool_result','id':'c1'}", new Command.AnswerTool(C1, ToolOutcome.returned(null))),
                row("{'type':'tool_result','id':'c1','result':null,'error':null}",
                        new Command.AnswerTool(C1, ToolOutcome.returned(null))),
                row("{'type':'tool_result','id':'c1','result':1,'error':'no'}",
                        new Command.AnswerTool(C1, ToolOutcome.failed(Json.MAPPER.valueToTree("no")))),
                row("{'type':'agent_data','run_id':'r1','data':'hi'}", new Command.PutOut(R1, new EventBody.TextDelta(null, "hi"))),
                row("{'type':'agent_data','run_id':'r1','event':{'type':'thinking','text':'hm'},'data':'hi'}",
                        new Command.PutOut(R1, new EventBody.Thinking("hm"))),
                row("{'type':'agent_complete','run_id':'r1'}", new Command.CompleteRun(R1, null)),
                row("{'type':'agent_error','run_id':'r1','message':'m'}", new Command.FailRun(R1, "m")),
                row("{'type':'ping'}", new Command.Ping(null)), row("{'type':'pong','x':1}", new Command.Pong()),
                row("{'type':'battery'}", new Command.Unknown("battery")), row("{'type':''}", new Command.Unknown("")));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aFrameIsRead(String frame, Command command) {
        assertThat(decode(frame)).isEqualTo(new Decoded.Accepted(null, command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense                                                            | INVALID_MESSAGE
            {"type":"ping"                                                      | INVALID_MESSAGE
            {"type":"ping","type":"pong"}                                       | INVALID_MESSAGE
            "ping"                                                              | INVALID_MESSAGE
            []                                                                  | INVALID_MESSAGE
            {}                                                                  | MISSING_REQUIRED_FIELD
            {"type":null}                                                       | MISSING_REQUIRED_FIELD
            {"type":1}                                                          | INVALID_MESSAGE
            {"type":"device_hello"}                                             | MISSING_REQUIRED_FIELD
            {"type":"device_hello","device_id":""}                              | INVALID_MESSAGE
            {"type":"device_hello","device_id":7}                               | INVALID_MESSAGE
            {"type":"device_hello","device_id":"a\\u0000b"}                     | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","agent_ids":"a"}             | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","agent_ids":[1]}             | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","agent_ids":[""]}            | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":{}}                  | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":["x"]}               | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":[{}]}                | MISSING_REQUIRED_FIELD
            {"type":"device_hello","device_id":"d","tools":[{"name":""}]}       | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":[{"name":"x"},{"name":"x"}]}           | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":[{"name":"x","parameters":[]}]}        | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","tools":[{"name":"x","description":1}]}        | INVALID_MESSAGE
            {"type":"device_hello","device_id":"d","app_version":2}             | INVALID_MESSAGE
            {"type":"tool_result"}                                              | MISSING_REQUIRED_FIELD
            {"type":"tool_result","id":{}}                                      | INVALID_MESSAGE
            {"type":"tool_result","id":"c","result":"\\ud800"}                  | INVALID_MESSAGE
            {"type":"agent_data","run_id":"r"}                                  | MISSING_REQUIRED_FIELD
            {"type":"agent_data","data":"x"}                                    | MISSING_REQUIRED_FIELD
            {"type":"agent_complete","run_id":[]}                               | INVALID_MESSAGE
            {"type":"agent_error","run_id":"r"}                                 | MISSING_REQUIRED_FIELD
            {"type":"agent_error","run_id":"r","message":1}                     | INVALID_MESSAGE
            """)
    void aFrameThatMakesNoSenseIsRefused(String frame, Code code) {
        assertThat(decode(frame)).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.id()).isNull();
            assertThat(rejected.fault().code()).isEqualTo(code);
        });
    }

    @Test
    void idsAndDepthAreBounded() {
        for (String frame : List.of(
                "{\"type\":\"device_hello\",\"device_id\":\"" + "x".repeat(129) + "\"}",
                "{\"type\":\"tool_result\",\"id\":\"" + "x".repeat(129) + "\"}",
                "{\"type\":\"tool_result\",\"id\":\"c\",\"result\":" + "[".repeat(70) + "]".repeat(70) + "}",
                "{\"type\":\"tool_result\",\"id\":\"c\",\"result\":" + "9".repeat(101) + "}",
                "{\"type\":\"device_hello\",\"device_id\":\"d\",\"tools\":[{\"name\":\"" + "x".repeat(201) + "\"}]}")) {
            assertThat(decode(frame)).isInstanceOfSatisfying(Decoded.Rejected.class,
                    rejected -> assertThat(rejected.fault().code()).isEqualTo(Code.INVALID_MESSAGE));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"agent_data","run_id":"r1","data":7}
            {"type":"agent_data","run_id":"r1","data":{"text":"x"}}
            {"type":"agent_data","run_id":"r1","event":"x"}
            {"type":"agent_data","run_id":"r1","event":{}}
            {"type":"agent_data","run_id":"r1","event":{"type":"nothing.known"}}
            {"type":"agent_data","run_id":"r1","event":{"type":"text.delta"}}
            {"type":"agent_data","run_id":"r1","event":{"type":"message.user","messageId":"m","text":"t","userId":"u"}}
            {"type":"agent_data","run_id":"r1","event":{"type":"run.abandoned"}}
            """)
    void whatIsNoEventIsItsRunsAffair(String frame) {
        assertThat(decode(frame)).isInstanceOfSatisfying(Decoded.Accepted.class, accepted ->
                assertThat(accepted.command()).isInstanceOfSatisfying(Command.PutOutNonsense.class, nonsense -> {
                    assertThat(nonsense.run()).isEqualTo(R1);
                    assertThat(nonsense.fault().code()).isEqualTo(Code.INVALID_AGENT_EVENT);
                }));
    }

    private static String encode(Outbound.Message message) {
        return new String(DIALECT.encode(Outbound.of(null, message), "m1", Instant.EPOCH), StandardCharsets.UTF_8)
                .replace('"', '\'');
    }

    @Test
    void framesToTheDevice() {
        Instant deadline = Instant.parse("2026-01-31T12:00:30Z");
        assertThat(encode(new Outbound.Ping())).isEqualTo("{'type':'ping'}");
        assertThat(encode(new Outbound.Pong(null))).isEqualTo("{'type':'pong'}");
        assertThat(encode(new Outbound.CallTool(C1, "x", Json.object().put("a", 1), null, deadline))).isEqualTo(
                "{'type':'tool_call','id':'c1','name':'x','arguments':{'a':1},'deadline':'2026-01-31T12:00:30.000Z'}");
        assertThat(encode(new Outbound.CallTool(C1, "x", Json.object(), R1, deadline))).isEqualTo(
                "{'type':'tool_call','id':'c1','name':'x','arguments':{},'run_id':'r1','deadline':'2026-01-31T12:00:30.000Z'}");
        assertThat(encode(new Outbound.StartRun(R1, new AgentName("laptop"), new SessionId("s1"), "go"))).isEqualTo(
                "{'type':'agent_run','run_id':'r1','agent_id':'laptop','session_id':'s1','input':'go'}");
        assertThat(encode(new Outbound.StopRun(R1))).isEqualTo("{'type':'agent_cancel','run_id':'r1'}");
        assertThat(encode(new Outbound.Failed(new Fault(Code.RATE_LIMITED, "slow", Duration.ofMillis(7))))).isEqualTo(
                "{'type':'error','code':'RATE_LIMITED','message':'slow','retry_after_ms':7}");
        assertThat(encode(new Outbound.Failed(Fault.of(Code.AUTH_EXPIRED)))).isEmpty();
        assertThat(encode(new Outbound.Closing(CloseCode.REPLACED, "replaced", null))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AUTH_REQUIRED,1008", "AUTH_EXPIRED,1008", "AUTH_INVALID,1008", "REPLACED,4007", "NO_HEARTBEAT,4008", "TOO_BIG,1009",
        "RATE_LIMITED,4006", "SERVICE_RESTART,1012"})
    void closeCodes(CloseCode core, int told) {
        assertThat(DIALECT.closing(core).code()).isEqualTo(told);
    }
}
