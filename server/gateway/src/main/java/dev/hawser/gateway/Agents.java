package dev.hawser.gateway;

import dev.hawser.core.device.Devices;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.port.AgentConnector;
import dev.hawser.core.session.Sessions;
import dev.hawser.gateway.agent.RunPast;
import dev.hawser.gateway.agent.Sleeper;
import dev.hawser.gateway.agent.agui.AgUiAgent;
import dev.hawser.gateway.agent.demo.DemoAgent;
import dev.hawser.gateway.agent.executor.Agent;
import dev.hawser.gateway.agent.http.HttpAgent;
import dev.hawser.gateway.agent.http.Posts;
import dev.hawser.gateway.agent.openai.OpenAiAgent;
import dev.hawser.gateway.agent.tools.ApprovalRule;
import dev.hawser.gateway.agent.tools.Tools;
import dev.hawser.gateway.agent.tools.UserDevices;
import dev.hawser.gateway.config.AgentConfig;
import dev.hawser.gateway.config.Secret;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** From the configuration of agents to what reaches them. */
final class Agents {
    private final HttpClient client;
    private final Sessions sessions;
    private final Devices devices;
    private final InstantSource clock;

    /** @param client shared by all */
    Agents(HttpClient client, Sessions sessions, Devices devices, InstantSource clock) {
        this.client = client;
        this.sessions = sessions;
        this.devices = devices;
        this.clock = clock;
    }

    /** The agents whose runs this process drives. */
    Map<AgentName, Agent> of(Map<String, AgentConfig> configured) {
        Map<AgentName, Agent> agents = new LinkedHashMap<>();
        configured.forEach((name, config) -> agent(config).ifPresent(agent -> agents.put(new AgentName(name), agent)));
        return agents;
    }

    /** The agents whose runs are pulled by workers, or by consumers of an external queue. */
    static Set<AgentName> pulled(Map<String, AgentConfig> configured) {
        return configured.entrySet().stream()
                .filter(agent -> agent.getValue() instanceof AgentConfig.Worker)
                .map(agent -> new AgentName(agent.getKey()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Optional<Agent> agent(AgentConfig config) {
        return switch (config) {
            case AgentConfig.Demo _ -> Optional.of(new Agent(new DemoAgent(Sleeper.REAL), false));
            case AgentConfig.Http http -> Optional.of(new Agent(new HttpAgent(client, http.url(),
                    headers(http.headers()), http.timeout(), clock, new SecureRandom(), Sleeper.REAL), true));
            case AgentConfig.OpenAi model -> Optional.of(new Agent(model(model), true));
            case AgentConfig.AgUi agent -> Optional.of(new Agent(agUi(agent), true));
            case AgentConfig.Worker _, AgentConfig.Device _ -> Optional.empty();
        };
    }

    private AgUiAgent agUi(AgentConfig.AgUi config) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "text/event-stream");
        headers.putAll(headers(config.headers()));
        Posts posts = new Posts(client, config.url(), headers, config.timeout(), HttpAgent::fault, means());
        return new AgUiAgent(posts, new RunPast(sessions)::of, new ApprovalRule(config.approve()), this::tools);
    }

    private OpenAiAgent model(AgentConfig.OpenAi config) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "text/event-stream, application/json");
        config.apiKey().ifPresent(key -> headers.put("Authorization", "Bearer " + key.reveal()));
        headers.putAll(headers(config.headers()));
        Posts posts = new Posts(client, OpenAiAgent.endpoint(config.url()), headers, config.timeout(),
                OpenAiAgent::fault, means());
        return new OpenAiAgent(posts, new OpenAiAgent.Model(config.model(), config.system().orElse(null),
                new ApprovalRule(config.approve())), new RunPast(sessions)::of, this::tools);
    }

    private Tools tools(AgentConnector.Request request, AgentConnector.Sink sink) {
        return new UserDevices(devices, request.run(), sink);
    }

    private Posts.Means means() {
        return new Posts.Means(clock, new SecureRandom(), Sleeper.REAL);
    }

    private static Map<String, String> headers(Map<String, Secret> secrets) {
        Map<String, String> headers = new LinkedHashMap<>();
        secrets.forEach((name, secret) -> headers.put(name, secret.reveal()));
        return headers;
    }
}
