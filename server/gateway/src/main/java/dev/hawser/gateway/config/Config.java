package dev.hawser.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration of a gateway, checked and immutable. Its text form never shows a secret.
 *
 * @param server       where it listens
 * @param data         folder of the embedded store and of keys
 * @param store        the SQL database
 * @param log          the session log
 * @param backplane    what joins the nodes
 * @param queue        where runs wait
 * @param identity     who is believed
 * @param agents       how each agent is reached, by name, in the order written; at least one
 * @param defaultAgent the agent of a message that names none; one of {@code agents}
 * @param workers      what the agent side authenticates with
 * @param limits       bounds per peer
 * @param heartbeat    signs of life
 * @param sessions     creation, visibility, concurrency
 * @param dialects     which wire dialects are served
 * @param compression  permessage-deflate
 * @param drain        the orderly end
 * @param apigw        keys of the connection management API
 * @param disconnect   what a lost wire does to its runs, where its dialect does not say
 */
public record Config(
        ServerConfig server, Path data, StoreConfig store, LogConfig log, BackplaneConfig backplane, QueueConfig queue,
        IdentityConfig identity, Map<String, AgentConfig> agents, String defaultAgent, WorkersConfig workers,
        LimitsConfig limits, HeartbeatConfig heartbeat, SessionsConfig sessions, DialectsConfig dialects,
        CompressionConfig compression, DrainConfig drain, ApigwConfig apigw, DisconnectConfig disconnect) {

    /**
     * Reads {@code file} (defaults only when null) and lets {@code environment} override it. Blocks while reading.
     *
     * @throws ConfigException with every problem found, each naming its key
     */
    public static Config load(Path file, Map<String, String> environment) {
        return ConfigLoader.load(file == null ? ConfigLoader.nothing() : ConfigLoader.yaml(file), environment);
    }

    /**
     * The configuration of {@code hawser demo}: everything embedded, development identity, anonymous visitors,
     * sessions made on demand. {@code environment} overrides all but {@code data}.
     *
     * @throws ConfigException with every problem found in the environment
     */
    public static Config demo(Path data, Map<String, String> environment) {
        return ConfigLoader.load(ConfigLoader.demo(), environment).withData(data);
    }

    /**
     * The configuration by which {@code hawser token} finds its key when it is given no file: the defaults with
     * development identity on, unless {@code environment} says otherwise.
     *
     * @throws ConfigException with every problem found in the environment
     */
    public static Config development(Map<String, String> environment) {
        return ConfigLoader.load(ConfigLoader.development(), environment);
    }

    /** Every key there is, in the order of the configuration. */
    public static List<Key> keys() {
        return ConfigLoader.keys();
    }

    /** What this configuration asks for that this version lacks, one line each; empty when it can be served. */
    public List<String> unsupported() {
        return Unsupported.in(this);
    }

    /** The same with another port. */
    public Config withPort(int port) {
        return new Config(server.withPort(port), data, store, log, backplane, queue, identity, agents, defaultAgent,
                workers, limits, heartbeat, sessions, dialects, compression, drain, apigw, disconnect);
    }

    /** The same with another data folder. */
    public Config withData(Path folder) {
        return new Config(server, folder, store, log, backplane, queue, identity, agents, defaultAgent,
                workers, limits, heartbeat, sessions, dialects, compression, drain, apigw, disconnect);
    }
}
