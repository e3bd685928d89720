package dev.hawser.gateway.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Decision;
import dev.hawser.core.model.EventBody;
import dev.hawser.core.model.Fault;
import dev.hawser.core.port.AgentConnector.Outcome;
import dev.hawser.core.port.AgentConnector.Resume;
import dev.hawser.core.port.AgentConnector.Stopped;
import dev.hawser.gateway.agent.FakeTime;
import dev.hawser.gateway.agent.Recorder;
import dev.hawser.gateway.agent.Requests;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoAgentTest {
    private final FakeTime time = new FakeTime();
    private final Recorder sink = new Recorder();

    private Outcome say(String text) throws InterruptedException {
        return new DemoAgent(time).run(Requests.of(text), sink);
    }

    private Outcome say(String text, Resume resume) throws InterruptedException {
        return new DemoAgent(time).run(Requests.of(text, resume), sink);
    }

    private String done() {
        return ((EventBody.TextDone) sink.events.getLast()).text();
    }

    @Test
    void saysEverythingElseBackWordByWord() throws InterruptedException {
        assertThat(say("hello world")).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).containsExactly(
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"You \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"said: \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"hello \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"world\"}",
                "text.done {\"messageId\":\"m-r1\",\"text\":\"You said: hello world\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "  a\n\n b ", "/unknown", "count 3", "ümläut 🎉  x", "/Count 3"})
    void deltasJoinToTheText(String text) throws InterruptedException {
        say(text);
        String joined = sink.events.stream()
                .filter(EventBody.TextDelta.class::isInstance)
                .map(event -> ((EventBody.TextDelta) event).delta())
                .collect(Collectors.joining());
        assertThat(joined).isEqualTo(done()).isEqualTo("You said: " + text);
    }

    @Test
    void counts() throws InterruptedException {
        say("/count 3");
        assertThat(sink.lines()).containsExactly(
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"1 \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"2 \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"3 \"}",
                "text.done {\"messageId\":\"m-r1\",\"text\":\"1 2 3 \"}");
        assertThat(time.slept).isEmpty();
    }

    @Test
    void countsWithPauses() throws InterruptedException {
        say("/count 3 50");
        assertThat(time.slept).containsExactly(Duration.ofMillis(50), Duration.ofMillis(50));
    }

    @Test
    void countsToItsBound() throws InterruptedException {
        say("/count 100000");
        assertThat(sink.events).hasSize(100_001);
        assertThat(done()).endsWith(" 99999 100000 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/count", "/count abc", "/count 10000000000", "/count 100001", "/count -1", "/count 1 2 3",
        "/count 3 60001", "/pay", "/pay much", "/pay 0", "/pay -5", "/pay 1e9", "/pay 5 EURO", "/pay 5 EUR now",
        "/think", "/subagent", "/sleep", "/sleep long", "/sleep 99999999999", "/sleep 86400001", "/tool", "/tool x {",
        "/tool x 5", "/tool x {} {}"})
    void badArgumentsAreAnsweredWithTheUsage(String text) throws InterruptedException {
        assertThat(say(text)).isEqualTo(new Outcome.Completed());
        assertThat(done()).startsWith("Usage: " + text.split(" ")[0]);
        assertThat(sink.events).hasSizeLessThan(30);
        assertThat(time.slept).isEmpty();
    }

    @Test
    void thinks() throws InterruptedException {
        say("/think fine weather");
        assertThat(sink.lines()).containsExactly(
                "thinking {\"text\":\"fine weather\"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"fine \"}",
                "text.delta {\"messageId\":\"m-r1\",\"delta\":\"weather\"}",
                "text.done {\"messageId\":\"m-r1\",\"text\":\"fine weather\"}");
    }

    @ParameterizedTest
    @CsvSource({"/pay 250,250,EUR", "/pay 250 USD,250,USD", "/pay 12.50,12.50,EUR", "/pay 0.01 GBP,0.01,GBP"})
    void asksBeforeItPays(String text, String amount, String currency) throws InterruptedException {
        assertThat(say(text)).isEqualTo(new Outcome.Paused());
        assertThat(sink.lines()).containsExactly("approval.required {\"toolName\":\"pay\",\"toolArgs\":{\"amount\":"
                + amount + ",\"currency\":\"" + currency + "\"},\"reason\":\"The demo agent wants to pay " + amount + " "
                + currency + "\",\"amount\":" + amount + ",\"currency\":\"" + currency + "\"}");
    }

    @Test
    void paysWhatWasApproved() throws InterruptedException {
        // A store may give the number back in another form.
        Resume resume = Requests.resume(Decision.Kind.APPROVE, "{\"amount\":12.5,\"currency\":\"EUR\"}");
        assertThat(say("/pay 12.50", resume)).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines().subList(0, 2)).containsExactly(
                "tool.call {\"toolCallId\":\"t-r1\",\"name\":\"pay\",\"arguments\":{\"amount\":12.50,\"currency\":\"EUR\"}}",
                "tool.result {\"toolCallId\":\"t-r1\",\"result\":{\"status\":\"paid\"}}");
        assertThat(done()).isEqualTo("Paid 12.50 EUR.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"amount\":100,\"currency\":\"USD\"} | Paid 100 USD.",
        "{\"amount\":99.90,\"currency\":\"EUR\"} | Paid 99.90 EUR.",
        "{\"amount\":\"7.00\",\"currency\":\"EUR\"} | Paid 7.00 EUR.",
        "{\"amount\":100} | Paid 100 EUR.",
        "{\"currency\":\"USD\"} | Paid 250 USD."})
    void paysWhatWasEdited(String args, String said) throws InterruptedException {
        say("/pay 250", Requests.resume(Decision.Kind.EDIT, args));
        assertThat(done()).isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource({"REJECT", "EXPIRE"})
    void doesNotPayWithoutApproval(Decision.Kind decision) throws InterruptedException {
        assertThat(say("/pay 250", Requests.resume(decision, "{}"))).isEqualTo(new Outcome.Completed());
        assertThat(sink.events).noneMatch(EventBody.ToolCall.class::isInstance);
        assertThat(done()).isEqualTo("Payment rejected.");
    }

    @Test
    void showsOneSurface() throws InterruptedException {
        say("/ui");
        assertThat(sink.lines().getFirst()).isEqualTo("ui.action {\"action\":{\"version\":\"1.0\",\"createSurface\":{"
                + "\"surfaceId\":\"demo-r1\",\"catalogId\":\"https://a2ui.org/specification/v1_0/catalogs/basic/catalog.json\","
                + "\"components\":[{\"id\":\"root\",\"component\":\"Column\",\"children\":[\"title\",\"button\"]},"
                + "{\"id\":\"title\",\"component\":\"Text\",\"text\":\"A surface from the demo agent\"},"
                + "{\"id\":\"button\",\"component\":\"Button\",\"child\":\"label\",\"action\":{\"event\":{\"name\":\"ok\",\"context\":{}}}},"
                + "{\"id\":\"label\",\"component\":\"Text\",\"text\":\"OK\"}]}}}");
        assertThat(sink.events.stream().filter(EventBody.UiAction.class::isInstance)).hasSize(1);
        assertThat(done()).isEqualTo("Here is a surface.");
    }

    @Test
    void startsAndEndsASubagent() throws InterruptedException {
        assertThat(say("/subagent find the lease")).isEqualTo(new Outcome.Completed());
        assertThat(sink.lines()).containsExactly(
                "subagent.started {\"subagentId\":\"s-r1\",\"subagentType\":\"demo\",\"task\":\"find the lease\",\"parentAgent\":\"agent\"}",
                "subagent.ended {\"subagentId\":\"s-r1\",\"result\":\"Done: find the lease\",\"success\":true}");
    }

    @Test
    void failsWhenAsked() throws InterruptedException {
        assertThat(say("/fail out of paper"))
                .isEqualTo(new Outcome.Failed(Fault.of(Code.AGENT_ERROR, "out of paper")));
        assertThat(((Outcome.Failed) say("/fail")).fault().code()).isEqualTo(Code.AGENT_ERROR);
        assertThat(sink.events).isEmpty();
    }

    @Test
    void sleeps() throws InterruptedException {
        say("/sleep 1500");
        assertThat(time.slept).isEqualTo(List.of(Duration.ofMillis(1500)));
        assertThat(done()).isEqualTo("Slept 1500 ms.");
    }

    @Test
    void toolsNeedADevice() throws InterruptedException {
        Outcome outcome = say("/tool camera {\"zoom\": 2}");
        assertThat(((Outcome.Failed) outcome).fault().code()).isEqualTo(Code.DEVICE_OFFLINE);
    }

    @Test
    void stopsWhereTheRunIsTakenAway() {
        assertThatThrownBy(() -> new DemoAgent(time).run(Requests.of("hello"), _ -> {
            throw new Stopped("over");
        })).isInstanceOf(InterruptedException.class);
    }
}
