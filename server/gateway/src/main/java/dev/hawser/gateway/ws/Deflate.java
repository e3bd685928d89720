package dev.hawser.gateway.ws;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * permessage-deflate (RFC 7692), always without context takeover on either side: no wire holds a window of its own, and a
 * message that was compressed once is right for every wire. One per event loop; for one thread.
 */
final class Deflate {
    /** Messages below this are not worth it. */
    static final int WORTH_BYTES = 128;
    private static final String NAME = "permessage-deflate";
    private static final String ANSWER = NAME + "; server_no_context_takeover; client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    private static final byte[] EMPTY = {0};

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] piece = new byte[8192];

    /** The message would be larger than allowed. */
    static final class TooBig extends Exception {
        TooBig() {
            super("inflates to too much", null, false, false);
        }
    }

    /**
     * The answer to the first of the offers that can be met; empty where none can. The JDK compresses with the full window
     * only, so an offer that wants the server's to be smaller is not met.
     *
     * @param offers the elements of {@code Sec-WebSocket-Extensions}
     */
    static Optional<String> answer(List<String> offers) {
        return offers.stream().map(Deflate::answer).flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> answer(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().equals(NAME)) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        boolean window = false;
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            String[] pair = part.split("=", 2);
            String name = pair[0].strip();
            String value = pair.length == 1 ? null : unquoted(pair[1].strip());
            boolean valid = switch (name) {
                case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
                case "client_max_window_bits" -> value == null || value.matches("[89]|1[0-5]");
                case SERVER_WINDOW -> "15".equals(value);
                default -> false;
            };
            if (!valid || !seen.add(name)) {
                return Optional.empty();
            }
            window |= name.equals(SERVER_WINDOW);
        }
        return Optional.of(window ? ANSWER + "; " + SERVER_WINDOW + "=15" : ANSWER);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The payload of a compressed message. */
    byte[] deflate(byte[] message) {
        deflater.reset();
        deflater.setInput(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length / 2 + 32);
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        } while (count == piece.length);
        byte[] bytes = out.toByteArray();
        return bytes.length <= TAIL.length ? EMPTY : Arrays.copyOf(bytes, bytes.length - TAIL.length);
    }

    /**
     * The message back from its payload.
     *
     * @throws TooBig where it has more than {@code max} bytes; no more than that are ever held
     * @throws DataFormatException where it is no such payload
     */
    byte[] inflate(byte[] payload, int max) throws TooBig, DataFormatException {
        inflater.reset();
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(max, payload.length * 4 + 32));
        inflate(payload, max, out);
        if (!inflater.finished()) {
            inflate(TAIL, max, out);
        }
        return out.toByteArray();
    }

    private void inflate(byte[] input, int max, ByteArrayOutputStream out) throws TooBig, DataFormatException {
        inflater.setInput(input);
        int count;
        do {
            count = inflater.inflate(piece);
            if (out.size() + count > max) {
                throw new TooBig();
            }
            out.write(piece, 0, count);
        } while (count > 0);
        if (inflater.needsDictionary()) {
            throw new DataFormatException("a dictionary is needed");
        }
    }
}
