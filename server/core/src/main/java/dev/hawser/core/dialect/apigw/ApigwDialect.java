package dev.hawser.core.dialect.apigw;

import dev.hawser.core.dialect.Decoded;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.EventBytes;
import dev.hawser.core.dialect.Outbound;
import dev.hawser.core.dialect.Target;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Epoch;
import dev.hawser.core.model.Event;
import dev.hawser.core.model.Fault;
import dev.hawser.core.model.SessionKey;
import dev.hawser.core.port.Identity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The dialect {@code apigw}, at {@code /apigw}: the JSON that is spoken behind an API Gateway WebSocket API. */
public final class ApigwDialect implements Dialect {
    /** How often a wire hears of the server: API Gateway gives up a wire that is silent for ten minutes. */
    public static final Duration HEARTBEAT = Duration.ofMinutes(9);

    private static final byte[] HEARTBEAT_FRAME = "{\"type\":\"heartbeat\"}".getBytes(StandardCharsets.US_ASCII);

    private final AgentName agent;
    private final Heartbeat heartbeat;

    /** @param agent whom messages are for; null for the default one */
    public ApigwDialect(AgentName agent) {
        this(agent, HEARTBEAT);
    }

    /** @param heartbeat how often a wire hears of the server */
    public ApigwDialect(AgentName agent, Duration heartbeat) {
        this.agent = agent;
        this.heartbeat = new Heartbeat(heartbeat, HEARTBEAT_FRAME);
    }

    @Override
    public String name() {
        return "apigw";
    }

    @Override
    public String path() {
        return "/apigw";
    }

    /** A wire is for no conversation in particular. */
    @Override
    public Target target(Map<String, String> query) {
        return new Target.Valid(null, null, null, agent);
    }

    @Override
    public Decoded decode(byte[] frame) {
        return ApigwDecoder.decode(frame);
    }

    @Override
    public byte[] encode(Outbound message, String id, Instant now) {
        return ApigwEncoder.encode(message);
    }

    @Override
    public byte[] encode(SessionKey session, Epoch epoch, Event event) {
        return EventBytes.plain(event);
    }

    @Override
    public boolean looksFirst() {
        return true;
    }

    /** {@code $connect} says by its status why somebody is not let in. */
    @Override
    public int refusal(Fault fault) {
        return fault.equals(Identity.NO_TENANT) ? Code.FORBIDDEN.httpStatus() : fault.code().httpStatus();
    }

    @Override
    public boolean roams() {
        return true;
    }

    @Override
    public boolean recorded() {
        return true;
    }

    @Override
    public Heartbeat heartbeat() {
        return heartbeat;
    }
}
