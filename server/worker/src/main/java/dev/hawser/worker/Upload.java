package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * Brings an attempt's events to the gateway: streams of NDJSON, one after another. Where one breaks, the gateway is asked what is
 * stored, and the rest is sent again. For one thread.
 */
final class Upload {
    private final GatewayApi api;
    private final ClaimedRun run;
    private final Outbox outbox;
    private final Context context;
    private final StoredLog log;
    private long last;
    /** Of the stream that is under way, or the next one: what of an earlier one comes late is not taken. */
    private long number;

    Upload(GatewayApi api, ClaimedRun run, Outbox outbox, Context context, long last) {
        this.api = api;
        this.run = run;
        this.outbox = outbox;
        this.context = context;
        this.log = new StoredLog(api, run);
        this.last = last;
        this.number = run.uploads();
    }

    /**
     * Blocks until everything is stored, or the outbox is abandoned.
     *
     * @throws Refused where the gateway takes nothing more of it
     */
    void run() throws InterruptedException, Refused {
        Backoff backoff = new Backoff();
        while (outbox.await()) {
            try {
                JsonNode answer = api.stream(
                        "/v1/runs/" + run.runId() + "/events?upload=" + number, run.runToken(), outbox.body());
                outbox.stored();
                number++;
                last = Math.max(last, answer.path("lastSequence").asLong());
                backoff.reset();
            } catch (IOException e) {
                goOn(backoff);
            } catch (Refused e) {
                if (!e.passes()) {
                    throw e;
                }
                goOn(backoff);
            }
        }
    }

    private void goOn(Backoff backoff) throws InterruptedException, Refused {
        number++;
        while (true) {
            backoff.pause();
            try {
                List<JsonNode> stored = log.after(last, number);
                boolean over = stored.stream().anyMatch(StoredLog::ends);
                outbox.stored(over ? Integer.MAX_VALUE : StoredLog.own(stored, context.deviceCalls()).size());
                last = stored.isEmpty() ? last : stored.getLast().path("sequence").asLong();
                return;
            } catch (IOException e) {
                // Not reached yet: the lease lasts a while.
            } catch (Refused e) {
                if (!e.passes()) {
                    throw e;
                }
            }
        }
    }
}
