package dev.hawser.gateway;

import dev.hawser.core.model.AgentName;
import dev.hawser.gateway.agent.Sleeper;
import dev.hawser.gateway.agent.demo.DemoAgent;
import dev.hawser.gateway.agent.executor.Agent;
import dev.hawser.gateway.agent.http.HttpAgent;
import dev.hawser.gateway.config.AgentConfig;
import dev.hawser.gateway.config.Secret;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** From the configuration of agents to what reaches them. */
final class Agents {
    private Agents() {}

    /** The agents whose runs this process drives. */
    static Map<AgentName, Agent> of(Map<String, AgentConfig> configured, HttpClient client, InstantSource clock) {
        Map<AgentName, Agent> agents = new LinkedHashMap<>();
        configured.forEach((name, config) -> {
            switch (config) {
                case AgentConfig.Demo _ -> agents.put(new AgentName(name), new Agent(new DemoAgent(Sleeper.REAL), false));
                case AgentConfig.Http http -> agents.put(new AgentName(name), new Agent(new HttpAgent(client, http.url(),
                        headers(http.headers()), http.timeout(), clock, new SecureRandom(), Sleeper.REAL), true));
                case AgentConfig.AgUi _, AgentConfig.OpenAi _, AgentConfig.Worker _, AgentConfig.Device _ -> { }
            }
        });
        return agents;
    }

    /** The agents whose runs are pulled by workers, or by consumers of an external queue. */
    static Set<AgentName> pulled(Map<String, AgentConfig> configured) {
        return configured.entrySet().stream()
                .filter(agent -> agent.getValue() instanceof AgentConfig.Worker)
                .map(agent -> new AgentName(agent.getKey()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, String> headers(Map<String, Secret> secrets) {
        Map<String, String> headers = new LinkedHashMap<>();
        secrets.forEach((name, secret) -> headers.put(name, secret.reveal()));
        return headers;
    }
}
