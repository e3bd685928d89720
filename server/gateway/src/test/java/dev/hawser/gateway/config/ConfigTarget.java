package dev.hawser.gateway.config;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The configuration file: it is read, or every problem is told in a line of its own. */
public final class ConfigTarget implements FuzzTarget {
    private static final String CANARY = "canary-4711";

    private final Path file;

    /** @param folder for the file */
    public ConfigTarget(Path folder) {
        this.file = folder.resolve("fuzzed.yaml");
    }

    @Override
    public String name() {
        return "config";
    }

    @Override
    public List<byte[]> seeds() {
        return FuzzTarget.texts("",
                "server: { host: 127.0.0.1, port: 8080, publicUrl: null, allowedOrigins: [ \"https://app.example.com\" ] }\n"
                        + "data: ./d\nstore: { url: \"sqlite:\" }\n",
                "store: { url: \"postgresql://u:" + CANARY + "@h:5432/db\" }\nworkers: { keys: [ " + CANARY + " ] }\n",
                "identity:\n  development: true\n  issuers:\n    - issuer: https://clerk.example.com\n      algorithms: [RS256]\n"
                        + "      leeway: 30s\n      introspection: { url: https://x, clientId: a, clientSecret: " + CANARY + " }\n",
                "agents:\n  demo: { type: demo }\n  a: { type: http, url: \"http://localhost:9000/run\", timeout: 10m }\ndefaultAgent: a\n",
                "limits: { maxMessageBytes: 65536, messagesPerSecond: -1 }\nheartbeat: { interval: 30 }\nunknown: 1\n",
                "a: &a [1]\nb: *a\n", "? [1]\n: 2\n", "--- {}\n--- {}\n", "data: !!java.lang.String x\n", "\t", "{", "data: {}\n");
    }

    @Override
    public void take(byte[] input) throws IOException {
        Files.write(file, input);
        String said = new String(input, StandardCharsets.UTF_8);
        try {
            Config config = Config.load(file, Map.of());
            config.unsupported().forEach(Holds::presentable);
            Holds.that(!config.toString().contains(CANARY), "shows a secret: " + config);
        } catch (ConfigException refused) {
            Holds.that(!refused.problems().isEmpty(), "no problem named");
            for (String problem : refused.problems()) {
                Holds.that(!problem.contains("\n") && !problem.isBlank(), "not one line: " + problem);
                for (String inside : new String[] {"Exception", "jackson", "snakeyaml", "java."}) {
                    // A problem may quote a key of the file.
                    Holds.that(!problem.contains(inside) || said.contains(inside), "shows the inside: " + problem);
                }
            }
        }
    }
}
