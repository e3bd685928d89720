package dev.hawser.gateway.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Where an issuer's keys are: at the address that the configuration gives, or at the one that its discovery document gives
 * (OpenID Connect Discovery 1.0 §4). Nothing of a token has a say in it.
 */
record KeyLocation(String issuer, Optional<URI> configured, WebDocuments web) {

    /**
     * Fetches the keys. Blocks.
     *
     * @throws IOException where they cannot be had; the message may be shown to the operator
     */
    KeySet load() throws IOException {
        URI uri = configured.isPresent() ? configured.get() : discovered();
        ObjectNode found = document(uri, "JWKS");
        try {
            return KeySet.parse(found);
        } catch (IOException e) {
            throw new IOException("the JWKS at " + uri + " " + e.getMessage(), e);
        }
    }

    private URI discovered() throws IOException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        ObjectNode found = document(uri(base + "/.well-known/openid-configuration"), "discovery document");
        if (!issuer.equals(found.path("issuer").textValue())) {
            throw new IOException("the discovery document is of another issuer than " + issuer);
        }
        URI keys = uri(found.path("jwks_uri").asText());
        if (issuer.startsWith("https:") && !"https".equals(keys.getScheme())) {
            throw new IOException("the discovery document of " + issuer + " gives a jwks_uri without https");
        }
        return keys;
    }

    private ObjectNode document(URI uri, String what) throws IOException {
        try {
            return web.get(uri);
        } catch (IOException e) {
            throw new IOException("the " + what + " at " + uri + " " + e.getMessage(), e);
        }
    }

    private static URI uri(String text) throws IOException {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("not a web address: " + text, e);
        }
        throw new IOException("not a web address: " + text);
    }
}
