package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.kit.Ports;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Keycloak of its own on a free port, with the realm of {@code realm.json}; the build has unpacked it. */
final class Keycloak implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    private Keycloak(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Blocks until the realm is there. */
    static Keycloak start() throws IOException, InterruptedException {
        Path home = home();
        Path data = home.resolve("data");
        delete(data);
        Files.createDirectories(data.resolve("import"));
        try (InputStream realm = Keycloak.class.getResourceAsStream("realm.json")) {
            Files.copy(realm, data.resolve("import/realm.json"), StandardCopyOption.REPLACE_EXISTING);
        }
        int port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/kc.sh").toString(), "start-dev", "--import-realm",
                "--http-host=127.0.0.1", "--http-port=" + port, "--cache=local")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("keycloak.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Keycloak keycloak = new Keycloak(builder.start(), "http://127.0.0.1:" + port + "/realms/acme");
        keycloak.awaitRealm();
        return keycloak;
    }

    private static Path home() throws IOException {
        try (Stream<Path> unpacked = Files.list(Path.of("target/keycloak"))) {
            return unpacked.findFirst().orElseThrow().toAbsolutePath();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    private void awaitRealm() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        IOException refusal = null;
        while (true) {
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url + FakeIssuer.DISCOVERY))
                        .timeout(Duration.ofSeconds(30)).build();
                if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                refusal = e;
            }
            if (System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException(
                        "Keycloak was not ready in time; see keycloak.log beside its bin folder", refusal);
            }
            if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Keycloak has ended; see keycloak.log beside its bin folder", refusal);
            }
        }
    }

    /** Its {@code iss}. */
    String issuer() {
        return url;
    }

    /** Posts a form to one of the realm's OpenID Connect endpoints. */
    HttpResponse<byte[]> post(String endpoint, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return client.send(HttpRequest.newBuilder(URI.create(url + "/protocol/openid-connect/" + endpoint))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofByteArray());
    }

    /** The tokens that a grant gives. */
    JsonNode tokens(Map<String, String> form) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = post("token", form);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return Json.read(answer.body());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (process.onExit().completeOnTimeout(null, 20, TimeUnit.SECONDS).join() == null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
