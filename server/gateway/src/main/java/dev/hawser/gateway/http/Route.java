package dev.hawser.gateway.http;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the route table.
 *
 * @param template the path, where {@code {name}} stands for one segment that is not empty
 */
record Route(String method, String template, Access access, Handler handler) {

    /** Answers a request, on a virtual thread of its own. */
    @FunctionalInterface
    interface Handler {
        /**
         * Blocks as long as it takes.
         *
         * @throws Refusal where it cannot be done; that is an answer, too
         * @throws IOException where the peer leaves before its request is complete
         */
        Response handle(Request request) throws IOException, InterruptedException;
    }

    /** The variables of the template, where it matches the path. */
    Optional<Map<String, String>> match(List<String> path) {
        String[] pattern = template.substring(1).split("/", -1);
        if (pattern.length != path.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].startsWith("{")) {
                if (path.get(i).isEmpty()) {
                    return Optional.empty();
                }
                variables.put(pattern[i].substring(1, pattern[i].length() - 1), path.get(i));
            } else if (!pattern[i].equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(Collections.unmodifiableMap(variables));
    }
}
