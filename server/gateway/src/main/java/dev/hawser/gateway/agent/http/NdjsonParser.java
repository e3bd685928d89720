package dev.hawser.gateway.agent.http;

import com.fasterxml.jackson.core.JsonParser;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Newline-delimited JSON: an event a line. Blank lines mean nothing; the last line need not be terminated, as long as it is
 * whole. For one thread.
 */
final class NdjsonParser implements EventParser {
    private final LineReader lines = new LineReader(false, MAX_EVENT);

    @Override
    public void feed(ByteBuffer chunk) {
        lines.feed(chunk);
    }

    @Override
    public byte[] next() throws Malformed {
        while (lines.next()) {
            if (!blank()) {
                return line();
            }
        }
        return null;
    }

    @Override
    public byte[] end() throws Malformed {
        if (!lines.rest() || blank()) {
            return null;
        }
        byte[] line = line();
        if (!whole(line)) {
            throw Malformed.truncated("The agent's answer ended inside an event");
        }
        return line;
    }

    private byte[] line() {
        return Arrays.copyOfRange(lines.array(), lines.start(), lines.start() + lines.length());
    }

    private boolean blank() {
        for (int i = lines.start(); i < lines.start() + lines.length(); i++) {
            byte b = lines.array()[i];
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private static boolean whole(byte[] json) {
        try (JsonParser parser = Json.MAPPER.createParser(json)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
