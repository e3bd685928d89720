package dev.hawser.core.dialect.standard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.kit.Samples;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.ApprovalId;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardDecodeTest {
    private static final StandardDialect DIALECT = new StandardDialect();
    private static final SessionId C1 = new SessionId("c1");

    private static Decoded decode(String frame) {
        return DIALECT.decode(frame.getBytes(StandardCharsets.UTF_8));
    }

    /** Single quotes for double ones: easier on the eyes. */
    private static Decoded quoted(String frame) {
        return decode(frame.replace('\'', '"'));
    }

    static Stream<Arguments> commands() {
        return Stream.of(
                row("{'type':'data.message.send','payload':{'text':'hi'}}", send(null, "hi")),
                row("{'type':'data.message.send','payload':{'content':'hi'}}", send(null, "hi")),
                row("{'type':'data.message.send','payload':{'text':null,'content':'hi'}}", send(null, "hi")),
                row("{'type':'data.message.send','conversationId':'c1','payload':{'text':'hi'}}", send(C1, "hi")),
                row("{'type':'data.message.send','conversation_id':'c1','payload':{'text':'hi'}}", send(C1, "hi")),
                row("{'type':'data.message.send','conversationId':'x','payload':{'text':'hi','conversationId':'c1'}}",
                        send(C1, "hi")),
                row("{'type':'data.message.send','payload':{'text':' 🎉 \\u0000 ','agent':'demo','metadata':{'a':1.50}}}",
                        new Command.SendMessage(null, " 🎉 \u0000 ", new AgentName("demo"),
                                (ObjectNode) Samples.json("{\"a\":1.50}"), null)),
                row("{'type':'data.message.send','payload':{'text':'x','tenantId':'evil','userId':'eve','more':[{}]}}",
                        send(null, "x")),
                row("{'type':'control.conversation.create'}", new Command.CreateSession(null, null)),
                row("{'type':'control.conversation.create','payload':null}", new Command.CreateSession(null, null)),
                row("{'type':'control.conversation.create','payload':{'conversationId':'c1','metadata':{}}}",
                        new Command.CreateSession(C1, Json.object())),
                row("{'type':'control.conversation.subscribe','payload':{'conversationId':'c1'}}",
                        new Command.Subscribe(C1, null, null)),
                row("{'type':'control.conversation.subscribe','payload':{'conversationId':'c1','epoch':'e','lastSequence':0}}",
                        new Command.Subscribe(C1, "e", 0L)),
                row("{'type':'control.conversation.unsubscribe','conversationId':'c1'}", new Command.Unsubscribe(C1)),
                row("{'type':'control.run.cancel','payload':{'runId':'r1'}}", new Command.CancelRun(new RunId("r1"))),
                row("{'type':'control.flow.cancel','payload':{'runId':'r1'}}", new Command.CancelRun(new RunId("r1"))),
                row("{'type':'control.approval.decide','payload':{'approvalId':'p1','decision':'approve'}}",
                        decide(Decision.Kind.APPROVE, null, null)),
                row("{'type':'control.approval.decide','payload':{'approvalId':'p1','decision':'reject','reason':'no'}}",
                        decide(Decision.Kind.REJECT, null, "no")),
                row("{'type':'control.approval.decide','payload':{'approvalId':'p1','decision':'edit','editedArgs':{'a':1}}}",
                        decide(Decision.Kind.EDIT, "{\"a\":1}", null)),
                row("{'type':'control.approval.decide','payload':{'approvalId':'p1','decision':'approve','editedArgs':{}}}",
                        decide(Decision.Kind.APPROVE, null, null)),
                row("{'type':'system.connection.resume','payload':{'conversationId':'c1','lastSequence':7}}",
                        new Command.Resume(C1, null, 7L)),
                row("{'type':'system.connection.resume','payload':{'conversationId':'c1','lastMessageSequence':7}}",
                        new Command.Resume(C1, null, 7L)),
                row("{'type':'system.connection.resume','payload':{'conversationId':'c1','lastSequence':null,'epoch':'e'}}",
                        new Command.Resume(C1, "e", null)),
                row("{'type':'system.connection.resume','payload':{'conversationId':'c1','lastSequence':9223372036854775807}}",
                        new Command.Resume(C1, null, Long.MAX_VALUE)),
                row("{'type':'system.auth.refresh','payload':{'token':'t'}}", new Command.RefreshAuth("t")),
                row("{'type':'system.ping'}", new Command.Ping(null)),
                row("{'type':'system.ping','payload':{'timestamp':'then'}}", new Command.Ping(TextNode.valueOf("then"))),
                row("{'type':'system.ping','payload':{'timestamp':1e999999999}}", new Command.Ping(DecimalNode.valueOf(new BigDecimal("1E+999999999")))),
                row("{'type':'system.ping','payload':{'timestamp':1700000000123}}",
                        new Command.Ping(LongNode.valueOf(1_700_000_000_123L))),
                row("{'type':'system.ping','payload':{'timestamp':{}}}", new Command.Ping(null)),
                row("{'type':'system.pong','payload':{}}", new Command.Pong()),
                row("{'type':'system.connection.close'}", new Command.Close(null)),
                row("{'type':'data.ui.action','payload':{'action':{'a':1}}}",
                        new Command.ActOnUi(null, Samples.json("{\"a\":1}"))),
                row("{'type':'data.ui.action','conversationId':'c1','payload':{'userAction':{'name':'ok'}}}",
                        new Command.ActOnUi(C1, Samples.json("{\"userAction\":{\"name\":\"ok\"}}"))));
    }

    private static Arguments row(String frame, Command command) {
        return Arguments.of(frame, command);
    }

    private static Command send(SessionId session, String text) {
        return new Command.SendMessage(session, text, null, null, null);
    }

    private static Command decide(Decision.Kind kind, String edited, String reason) {
        return new Command.Decide(
                new ApprovalId("p1"), kind, edited == null ? null : Samples.json(edited), reason);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void good(String frame, Command command) {
        assertThat(quoted(frame)).isEqualTo(new Decoded.Accepted(null, command));
        assertThat(quoted(frame.replaceFirst("\\{", "{'id':'m1','version':'1.7','timestamp':'x','source':'server',")))
                .isEqualTo(new Decoded.Accepted("m1", command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'id':'m','type':'data.message.send'}                                          | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'data.message.send','payload':{'text':null}}                  | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'data.message.send','payload':{'text':''}}                    | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':' \\n\\t'}}             | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':5}}                     | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':['a']}}                 | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':[]}                             | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':'x'}                            | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':'a','agent':''}}        | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':'a','agent':'\\u0007'}} | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','payload':{'text':'a','metadata':1}}      | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','conversationId':'','payload':{'text':'a'}}      | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','conversationId':{},'payload':{'text':'a'}}      | INVALID_MESSAGE",
        "{'id':'m','type':'data.message.send','conversationId':'a\\u0000b','payload':{'text':'a'}} | INVALID_MESSAGE",
        "{'id':'m','type':'data.ui.action'}                                             | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.run.cancel','payload':{}}                            | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.conversation.subscribe'}                             | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.approval.decide','payload':{'approvalId':'p'}}       | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.approval.decide','payload':{'decision':'approve'}}   | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.approval.decide','payload':{'approvalId':'p','decision':'expire'}} | INVALID_MESSAGE",
        "{'id':'m','type':'control.approval.decide','payload':{'approvalId':'p','decision':'APPROVE'}} | INVALID_MESSAGE",
        "{'id':'m','type':'control.approval.decide','payload':{'approvalId':'p','decision':'edit'}} | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'control.approval.decide','payload':{'approvalId':'p','decision':'edit','editedArgs':[]}} "
                + "| INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c'}}  | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'system.connection.resume','payload':{'lastSequence':1}}      | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':-1}}  | INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':1.0}} | INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':1e2}} | INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':'1'}} | INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':true}} | INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':9223372036854775808}} "
                + "| INVALID_MESSAGE",
        "{'id':'m','type':'system.connection.resume','payload':{'conversationId':'c','lastSequence':1,'epoch':2}} | INVALID_MESSAGE",
        "{'id':'m','type':'system.auth.refresh','payload':{}}                           | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'system.connection.established'}                              | UNKNOWN_TYPE",
        "{'id':'m','type':'data.text.delta','payload':{'delta':'x'}}                    | UNKNOWN_TYPE",
        "{'id':'m','type':'DATA.MESSAGE.SEND','payload':{'text':'a'}}                   | UNKNOWN_TYPE",
        "{'id':'m','type':''}                                                           | UNKNOWN_TYPE",
        "{'id':'m','type':5}                                                            | INVALID_MESSAGE",
        "{'id':'m','type':null}                                                         | MISSING_REQUIRED_FIELD",
        "{'id':'m'}                                                                     | MISSING_REQUIRED_FIELD",
        "{'id':'m','type':'system.ping','version':1}                                    | INVALID_MESSAGE",
    })
    void bad(String frame, Code code) {
        Decoded.Rejected rejected = (Decoded.Rejected) quoted(frame);
        assertThat(rejected.fault().code()).isEqualTo(code);
        assertThat(rejected.id()).isEqualTo("m");
        assertThat(rejected.fault().message()).doesNotContain("jackson").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "hello", "5", "null", "true", "[]", "\"text\"", "{", "}", "{}}", "{}{}", "{\"type\"}",
        "{\"type\":\"system.ping\",}", "{\"type\":\"system.ping\"} //", "{'type':'system.ping'}", "{type:\"system.ping\"}",
        "{\"type\":\"system.ping\",\"type\":\"system.pong\"}", "{\"payload\":{\"a\":1,\"a\":2},\"type\":\"system.ping\"}",
        "{\"type\":\"system.ping\",\"x\":NaN}", "{\"type\":\"system.ping\",\"x\":01}", "{\"type\":\"system.ping\",\"x\":.5}",
        "{\"type\":\"system.ping\",\"x\":\"\n\"}", "{\"type\":\"system.ping\",\"x\":\"\\q\"}", "\ufeff{\"type\":\"system.ping\"",
        "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"\\ud800\"}}",
        "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"a\\uDC00\\ud83d\"}}",
        "{\"type\":\"data.message.send\",\"payload\":{\"text\":\"a\",\"metadata\":{\"\\udfff\":1}}}",
        "{\"type\":\"data.ui.action\",\"payload\":{\"x\":[{\"y\":\"\\udc00\"}]}}",
        "{\"id\":\"\",\"type\":\"system.ping\"}", "{\"id\":7,\"type\":\"system.ping\"}", "{\"id\":{},\"type\":\"system.ping\"}"})
    void noMessageAtAll(String frame) {
        Decoded.Rejected rejected = (Decoded.Rejected) decode(frame);
        assertThat(rejected.fault().code()).isIn(Code.INVALID_MESSAGE, Code.MISSING_REQUIRED_FIELD);
        assertThat(rejected.id()).isNull();
    }

    @Test
    void wholeCharactersMayBeEscaped() {
        assertThat(decode("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"\\uD83D\\ude00\\u00e9 \\\\ud800\"}}"))
                .isEqualTo(new Decoded.Accepted(null, send(null, "\ud83d\ude00\u00e9 \\ud800")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void onlyUtf8IsRead(String charset) {
        assertThat(DIALECT.decode("{\"type\":\"system.ping\"}".getBytes(Charset.forName(charset))))
                .isInstanceOf(Decoded.Rejected.class);
    }

    @Test
    void hostileSizes() {
        String deep = "{\"type\":\"data.ui.action\",\"payload\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_001);
        assertThat(decode(deep)).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("[".repeat(100_000))).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"type\":\"system.ping\",\"x\":" + "9".repeat(60_000) + "}")).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"type\":\"system.ping\",\"x\":1e" + "9".repeat(90) + "}")).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"type\":\"data.ui.action\",\"payload\":{\"x\":1e-2147483648}}")).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"id\":\"" + "i".repeat(129) + "\",\"type\":\"system.ping\"}")).isInstanceOf(Decoded.Rejected.class);
        assertThat(decode("{\"id\":\"" + "i".repeat(128) + "\",\"type\":\"system.ping\"}")).isInstanceOf(Decoded.Accepted.class);
        assertThat(decode("{\"" + "k".repeat(60_000) + "\":1,\"type\":\"system.ping\"}")).isInstanceOf(Decoded.class);
        String big = "x".repeat(60_000);
        assertThat(decode("{\"type\":\"data.message.send\",\"payload\":{\"text\":\"" + big + "\"}}"))
                .isEqualTo(new Decoded.Accepted(null, send(null, big)));
        StringBuilder wide = new StringBuilder("{\"type\":\"system.ping\"");
        for (int i = 0; i < 5_000; i++) {
            wide.append(",\"k").append(i).append("\":[]");
        }
        assertThat(decode(wide.append('}').toString())).isInstanceOf(Decoded.Accepted.class);
    }

    @ParameterizedTest
    @CsvSource({"2.0, true", "2, true", "0.9, true", "10.0, true", "x, true", "'', true", "1, false", "1.0, false", "1.99, false"})
    void onlyTheMajorVersionMatters(String version, boolean wrong) {
        Decoded decoded = decode("{\"id\":\"m\",\"type\":\"nonsense\",\"version\":\"" + version + "\"}");
        assertThat(decoded instanceof Decoded.WrongVersion(String id) && id.equals("m")).isEqualTo(wrong);
    }

    @Property(tries = 2000)
    void anythingIsAnsweredWithoutAnException(@ForAll byte[] frame) {
        assertThat(DIALECT.decode(frame)).isInstanceOf(Decoded.Rejected.class);
    }

    @Test
    void aGoodFrameWithAnyByteChangedIsAnsweredWithoutAnException() {
        byte[] good = ("{\"id\":\"m1\",\"type\":\"data.message.send\",\"version\":\"1.0\",\"conversationId\":\"c1\","
                + "\"payload\":{\"text\":\"ü 🎉 \\u00e4\",\"metadata\":{\"a\":[1,2.5,true,null]}}}").getBytes(StandardCharsets.UTF_8);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = good.clone();
            for (int j = 0; j <= i % 3; j++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            assertThat(DIALECT.decode(changed)).isNotNull();
        }
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of(Map.of(), new Target.Valid(null, null, null, null)),
                Arguments.of(Map.of("conversationId", "c1"), new Target.Valid(C1, null, null, null)),
                Arguments.of(Map.of("conversation_id", "c1", "definition_id", "demo"),
                        new Target.Valid(C1, null, null, new AgentName("demo"))),
                Arguments.of(Map.of("conversationId", "c1", "epoch", "e1", "lastSequence", "7", "agent", "demo"),
                        new Target.Valid(C1, "e1", 7L, new AgentName("demo"))),
                Arguments.of(Map.of("conversationId", "c1", "lastSequence", "0"), new Target.Valid(C1, null, 0L, null)),
                Arguments.of(Map.of("conversationId", ""), new Target.Valid(null, null, null, null)),
                Arguments.of(Map.of("conversationId", "a\nb"), new Target.UnknownSession()),
                Arguments.of(Map.of("conversationId", "c".repeat(129)), new Target.UnknownSession()),
                Arguments.of(Map.of("agent", "a\u0000"), new Target.UnknownAgent()));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void targets(Map<String, String> query, Target target) {
        assertThat(DIALECT.target(query)).isEqualTo(target);
        Map<String, String> more = new HashMap<>(query);
        more.put("token", "secret");
        assertThat(DIALECT.target(more)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "9223372036854775808", "1e3", "0x1"})
    void aPositionThatIsNone(String last) {
        assertThat(DIALECT.target(Map.of("conversationId", "c1", "lastSequence", last))).isInstanceOf(Target.Invalid.class);
    }
}
