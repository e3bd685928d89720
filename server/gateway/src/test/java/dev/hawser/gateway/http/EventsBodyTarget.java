package dev.hawser.gateway.http;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.EventBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an agent posts: the first byte says in which pieces it comes, the rest is the body, taken as one event or an array
 * and as NDJSON. How it is cut does not matter.
 */
public final class EventsBodyTarget implements FuzzTarget {
    @Override
    public String name() {
        return "events-body";
    }

    @Override
    public List<byte[]> seeds() {
        String delta = "{\"type\":\"text.delta\",\"delta\":\"x\"}";
        return FuzzTarget.texts("1" + delta, "9[" + delta + ", " + delta + "]", "z" + delta + "\n" + delta + "\r\n\n \n",
                "2[]", "3\n", "4" + delta + "\n{", "5[" + delta + "]]", "6[" + delta + ",1]", "7[[[[[[", "8nul", "0[1e5,\"\"]",
                "1{\"type\":\"text.delta\",\"delta\":\"x\",\"runId\":\"r\"}", "1{\"type\":\"text.delta\",\"delta\":\"x\",\"runId\":7}");
    }

    private static final RunId RUN = new RunId("r");

    @Override
    public void take(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        try {
            Holds.that(!AgentBatch.of(body, RUN).events().isEmpty(), "nothing accepted");
        } catch (Refusal refusal) {
            Holds.presentable(refusal.fault().message());
        }
        Holds.same(lines(body, 1 + (input[0] & 0x3f)), lines(body, Integer.MAX_VALUE), "cut");
    }

    /** The events, and the refusal behind them. */
    private static List<Object> lines(byte[] body, int piece) throws IOException {
        InputStream in = new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, piece));
            }
        };
        List<Object> all = new ArrayList<>();
        AgentStream stream = new AgentStream(in, RUN);
        try {
            while (stream.next()) {
                List<EventBody> events = stream.batch().events();
                Holds.that(!events.isEmpty(), "an empty batch");
                all.addAll(events);
            }
        } catch (Refusal refusal) {
            Holds.presentable(refusal.fault().message());
            all.add(refusal.fault());
        }
        return all;
    }
}
