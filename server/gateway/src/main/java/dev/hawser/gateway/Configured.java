package dev.hawser.gateway;

import dev.hawser.core.connection.ConnectionSettings;
import dev.hawser.core.model.AgentName;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.Visibility;
import dev.hawser.core.run.OnDisconnect;
import dev.hawser.core.session.Policy;
import dev.hawser.gateway.config.AgentConfig;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.http.ConnectionKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** What the configuration says, in the terms of those it is for. */
final class Configured {
    private Configured() {}

    /** The rules of sessions and runs. */
    static Policy policy(Config config) {
        Set<AgentName> agents = config.agents().keySet().stream().map(AgentName::new).collect(Collectors.toSet());
        return Policy.of(agents, new AgentName(config.defaultAgent())).with(
                switch (config.sessions().visibility()) {
                    case OWNER -> Visibility.OWNER;
                    case TENANT -> Visibility.TENANT;
                },
                switch (config.sessions().concurrency()) {
                    case QUEUE -> Policy.Concurrency.QUEUE;
                    case PARALLEL -> Policy.Concurrency.PARALLEL;
                    case REJECT -> Policy.Concurrency.REJECT;
                }).withPendingRuns(config.limits().pendingRunsPerUser())
                .withDeviceAgents(config.agents().entrySet().stream()
                        .filter(agent -> agent.getValue() instanceof AgentConfig.Device)
                        .map(agent -> new AgentName(agent.getKey())).collect(Collectors.toSet()))
                .withLease(config.workers().lease());
    }

    /** What a lost wire does to its runs, by the name of the dialects that have their own rule. */
    static Map<String, OnDisconnect> onDisconnect(Config config) {
        Map<String, OnDisconnect> policies = new HashMap<>();
        config.dialects().disconnects().forEach((dialect, policy) -> policies.put(dialect, Departing.policy(policy)));
        return policies;
    }

    /** The bounds of one wire. */
    static ConnectionSettings settings(Config config) {
        return new ConnectionSettings(config.heartbeat().interval(), config.heartbeat().timeout(),
                config.limits().messagesPerSecond(), config.limits().messageBurst(), config.limits().maxMessageBytes(),
                Duration.ZERO);
    }

    /** The keys of those who may name a wire. */
    static ConnectionKeys connectionKeys(Config config, InstantSource clock) {
        return new ConnectionKeys(config.apigw().accessKeys().stream()
                .map(key -> new ConnectionKeys.AccessKey(key.accessKeyId(), key.secretAccessKey().reveal(),
                        key.tenants().stream().map(TenantId::new).collect(Collectors.toSet())))
                .toList(), clock);
    }

    /** Largest compressed message after inflation; empty where nothing is compressed. */
    static OptionalInt inflatedBytes(Config config) {
        return config.compression().enabled()
                ? OptionalInt.of(config.compression().maxInflatedBytes()) : OptionalInt.empty();
    }
}
