package dev.hawser.gateway.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How one agent is reached. */
public sealed interface AgentConfig {
    /** The {@code type} that the configuration calls it by. */
    String type();

    /** The built-in deterministic agent. */
    record Demo() implements AgentConfig {
        @Override
        public String type() {
            return "demo";
        }
    }

    /**
     * An agent called by one HTTP POST per run.
     *
     * @param url     where it is posted to
     * @param timeout the longest a run may take
     * @param headers sent along, for instance {@code Authorization}
     */
    record Http(URI url, Duration timeout, Map<String, Secret> headers) implements AgentConfig {
        @Override
        public String type() {
            return "http";
        }

        @Override
        public String toString() {
            return type() + " agent at " + shown(url);
        }
    }

    /**
     * An agent that speaks AG-UI.
     *
     * @param url     where it is posted to
     * @param timeout the longest a run may take
     * @param headers sent along, for instance {@code Authorization}
     * @param approve the user's tools that a person has to allow each call of; {@code *} stands for any characters
     */
    record AgUi(URI url, Duration timeout, Map<String, Secret> headers, List<String> approve) implements AgentConfig {
        @Override
        public String type() {
            return "ag-ui";
        }

        @Override
        public String toString() {
            return type() + " agent at " + shown(url);
        }
    }

    /**
     * A model behind an OpenAI-compatible chat API.
     *
     * @param url     the API's base URL, up to {@code /v1}
     * @param model   the model asked for
     * @param system  what the model is told before everything else
     * @param apiKey  the bearer key, if it wants one
     * @param headers sent along
     * @param approve the device tools that a person has to allow each call of; {@code *} stands for any characters
     * @param timeout the longest a run may take
     */
    record OpenAi(URI url, String model, Optional<String> system, Optional<Secret> apiKey, Map<String, Secret> headers,
            List<String> approve, Duration timeout) implements AgentConfig {
        @Override
        public String type() {
            return "openai";
        }

        @Override
        public String toString() {
            return type() + " agent at " + shown(url);
        }
    }

    /** An agent whose runs are pulled by workers. */
    record Worker() implements AgentConfig {
        @Override
        public String type() {
            return "worker";
        }
    }

    /** An agent on the user's own device. */
    record Device() implements AgentConfig {
        @Override
        public String type() {
            return "device";
        }
    }

    /** {@code url} without its query, which may hold a key. */
    static String shown(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }
}
