package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The agent side of a gateway over HTTP. Every method blocks. Safe for all threads. */
final class GatewayApi implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI gateway;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).executor(threads).build();

    GatewayApi(URI gateway) {
        this.gateway = URI.create(gateway.toString().replaceAll("/+$", ""));
    }

    /** @param patience how long the answer may take, beyond the usual */
    JsonNode get(String path, String bearer, Duration patience) throws IOException, InterruptedException, Refused {
        return answer(request(path, bearer).timeout(PATIENCE.plus(patience)).GET());
    }

    /** @param body null for none */
    JsonNode post(String path, String bearer, JsonNode body, Duration patience)
            throws IOException, InterruptedException, Refused {
        HttpRequest.Builder request = request(path, bearer).timeout(PATIENCE.plus(patience));
        BodyPublisher bytes = body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        return answer((body == null ? request : request.header("Content-Type", "application/json")).POST(bytes));
    }

    /** Sends lines of NDJSON as they come. */
    JsonNode stream(String path, String bearer, InputStream lines) throws IOException, InterruptedException, Refused {
        return answer(request(path, bearer).header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.fromPublisher(Pump.of(lines))));
    }

    private HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(URI.create(gateway + path)).header("Authorization", "Bearer " + bearer);
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException, Refused {
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        JsonNode body = read(response.body());
        if (response.statusCode() >= 200 && response.statusCode() < 300) {
            return body;
        }
        throw new Refused(response.statusCode(), body.path("code").asText(""), body.path("detail").asText(""));
    }

    private static JsonNode read(byte[] body) {
        try {
            return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }
}
