package dev.hawser.gateway.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider on a free port: discovery, keys, introspection, and tokens signed with them. Counts what it is asked. */
public final class FakeIssuer implements AutoCloseable {
    public static final String JWKS = "/jwks";
    public static final String DISCOVERY = "/.well-known/openid-configuration";
    public static final String INTROSPECTION = "/introspect";

    private final HttpServer server;
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    /** What introspection answers, by id. */
    public final Map<String, String> sessions = new ConcurrentHashMap<>();
    public final List<JWK> keys = new CopyOnWriteArrayList<>();
    /** What the JWKS answers in place of the keys; null for the keys. */
    public volatile String document;
    /** While set, everything answers 503. */
    public volatile boolean down;

    private FakeIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** With no key yet. */
    public static FakeIssuer start() {
        try {
            return new FakeIssuer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks issuers of this machine, however busy it is. */
    static WebDocuments patient() {
        return new WebDocuments(Duration.ofMinutes(5), Duration.ofMinutes(5));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] question = exchange.getRequestBody().readAllBytes();
        asked.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        String text = switch (path) {
            case DISCOVERY -> "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + JWKS + "\"}";
            case JWKS -> document != null ? document : new JWKSet(List.copyOf(keys)).toString(true);
            case INTROSPECTION -> introspect(exchange, new String(question, StandardCharsets.US_ASCII));
            default -> "{}";
        };
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(down ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String introspect(HttpExchange exchange, String question) {
        // client:s3cret
        boolean known = "Basic Y2xpZW50OnMzY3JldA==".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        return known ? sessions.getOrDefault(question.substring("token=".length()), "{\"active\":false}") : "{}";
    }

    /** How often that path was asked for. */
    public int asked(String path) {
        return asked.getOrDefault(path, new AtomicInteger()).get();
    }

    /** How often anything was asked for. */
    public int asked() {
        return asked.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Its {@code iss}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public RSAKey rsa(String id) {
        try {
            RSAKey key = new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
            keys.add(key);
            return key;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public ECKey ec(String id, Curve curve) {
        try {
            ECKey key = new ECKeyGenerator(curve).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
            keys.add(key);
            return key;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token of that key, typed as JWT, with the claims as they are given. */
    public static String token(JWK key, JWSAlgorithm algorithm, String claims) {
        return token(key, new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(JOSEObjectType.JWT).build(), claims);
    }

    public static String token(JWK key, JWSHeader header, String claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
            JWSObject token = new JWSObject(header, new Payload(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Claims of that issuer, to be changed: {@code iss}, {@code sub}, {@code tenant}, {@code exp}. */
    public static String claims(String issuer, long exp) {
        return Json.object().put("iss", issuer).put("sub", "ann").put("tenant", "acme").put("exp", exp).toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
