package dev.hawser.gateway.ws;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.DataFormatException;

/** Compressed payloads and the offers to compress: bounded whatever is inside, and what was compressed comes back. */
public final class DeflateTarget implements FuzzTarget {
    private static final int MAX = 4096;

    private final Deflate deflate = new Deflate();

    @Override
    public String name() {
        return "deflate";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(deflate.deflate(new byte[100_000]), deflate.deflate("{\"type\":\"system.ping\"}".getBytes(
                StandardCharsets.UTF_8)), new byte[] {0}, "permessage-deflate; client_max_window_bits".getBytes(
                StandardCharsets.US_ASCII), "permessage-deflate; server_max_window_bits=\"15\", x".getBytes(
                StandardCharsets.US_ASCII));
    }

    @Override
    public void take(byte[] input) throws DataFormatException, Deflate.TooBig {
        try {
            Holds.that(deflate.inflate(input, MAX).length <= MAX, "too big");
        } catch (DataFormatException | Deflate.TooBig refused) {
            Holds.that(refused.getMessage() == null || refused.getMessage().length() < 200, "long");
        }
        Holds.same(deflate.inflate(deflate.deflate(input), input.length), input, "round trip");
        Deflate.answer(List.of(new String(input, StandardCharsets.ISO_8859_1).split(",")))
                .ifPresent(answer -> Holds.that(answer.startsWith("permessage-deflate; "), answer));
    }
}
