package dev.hawser.gateway.sigv4;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a signature is about.
 *
 * @param path    as sent: percent-encoded, without the query
 * @param query   decoded
 * @param headers every value of a header in order, the name in any case
 * @param body    whole; not modified
 */
public record SignedRequest(
        String method, String path, Map<String, List<String>> query, Function<String, List<String>> headers, byte[] body) {}
