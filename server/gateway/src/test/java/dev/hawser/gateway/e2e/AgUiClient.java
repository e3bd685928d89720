package dev.hawser.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The npm package {@code @ag-ui/client}, installed below {@code target/}: it verifies every stream that it reads. */
final class AgUiClient {
    private static final String VERSION = "1.0.0";
    private static final Path HOME = Path.of("target/ag-ui-client").toAbsolutePath();

    /** What a registry cannot give now it can in a moment. */
    private static final int ATTEMPTS = 3;
    private static final long INSTALL_MINUTES = 8;

    private AgUiClient() {}

    /** Installs it where it is not yet. Says why that cannot be; empty where it is there. */
    static Optional<String> install() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        try (InputStream script = AgUiClient.class.getResourceAsStream("ag-ui-client.mjs")) {
            Files.copy(script, HOME.resolve("run.mjs"), StandardCopyOption.REPLACE_EXISTING);
        }
        Path installed = HOME.resolve("node_modules/@ag-ui/client/package.json");
        if (Files.exists(installed) && Json.read(Files.readAllBytes(installed)).path("version").asText().equals(VERSION)) {
            return Optional.empty();
        }
        Files.writeString(HOME.resolve("package.json"), "{\"private\": true, \"dependencies\": {\"@ag-ui/client\": \"" + VERSION
                + "\"}}");
        Optional<String> failure = npm();
        for (int left = ATTEMPTS - 1; left > 0 && failure.isPresent(); left--) {
            failure = npm();
        }
        return failure;
    }

    private static Optional<String> npm() throws IOException, InterruptedException {
        Path log = HOME.resolve("npm.log");
        try {
            Process npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
                    "--fetch-retries=4", "--fetch-timeout=60000")
                    .directory(HOME.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            npm.getOutputStream().close();
            if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                npm.waitFor();
                return Optional.of("npm did not finish within " + INSTALL_MINUTES + " minutes: " + Files.readString(log));
            }
            return npm.exitValue() == 0 ? Optional.empty() : Optional.of("npm could not install @ag-ui/client: " + Files.readString(log));
        } catch (IOException e) {
            return Optional.of("Node.js and npm are not on the path");
        }
    }

    /** Has one client take the steps, in their order, and gives what each came to. Blocks. */
    static List<JsonNode> run(URI url, String token, String thread, ObjectNode... steps)
            throws IOException, InterruptedException {
        ObjectNode task = Json.object().put("url", url.toString()).put("token", token).put("threadId", thread);
        ArrayNode list = task.putArray("steps");
        List.of(steps).forEach(list::add);
        Path errors = HOME.resolve("errors.log");
        Process node = new ProcessBuilder("node", "run.mjs").directory(HOME.toFile())
                .redirectError(errors.toFile()).start();
        try {
            node.getOutputStream().write(Json.bytes(task));
            node.getOutputStream().close();
            String out = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(node.exitValue()).as("%s%s", out, Files.readString(errors)).isZero();
            return out.lines().map(line -> Json.read(line.getBytes(StandardCharsets.UTF_8))).toList();
        } finally {
            node.destroyForcibly();
        }
    }

    static ObjectNode say(String run, String text) {
        return Json.object().put("runId", run).put("say", text);
    }
}
