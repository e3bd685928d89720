package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** A client's end of one event stream over HTTP. */
final class Feed implements AutoCloseable {
    private final BufferedReader lines;

    /**
     * One server-sent event.
     *
     * @param event its type; empty where it has none
     */
    record Item(String event, long id, JsonNode data) {}

    private Feed(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** @param last the id of the last event that was seen; null for none */
    static Feed open(Site site, String user, String session, Long last) throws IOException, InterruptedException {
        HttpRequest.Builder request = site.request(user, "/v1/sessions/" + session + "/events")
                .header("Accept", "text/event-stream");
        if (last != null) {
            request.header("Last-Event-ID", Long.toString(last));
        }
        HttpResponse<InputStream> response = Site.HTTP.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new Feed(response.body());
    }

    Item next() throws IOException {
        String event = "";
        long id = 0;
        for (String line = line(); ; line = line()) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = Long.parseLong(line.substring(4));
            } else if (line.startsWith("data: ")) {
                return new Item(event, id, Json.read(line.substring(6).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new EOFException("the stream has ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
