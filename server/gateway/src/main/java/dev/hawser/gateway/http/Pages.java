package dev.hawser.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The pages and their parts, from the class path: what was built from the browser side below {@code site/}, and where
 * it was not built the plain page below {@code web/}, which says so. A name is looked up only where every segment is plain, so no path
 * leads elsewhere. Safe for all threads.
 */
final class Pages {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,100}");
    /** Pages that are asked for by another name than their file's. */
    private static final Map<List<String>, String> NAMES =
            Map.of(List.of(""), "index.html", List.of("console"), "console.html");
    private static final int MAX_SEGMENTS = 4;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "map", "application/json",
            "webmanifest", "application/manifest+json",
            "woff2", "font/woff2");
    private static final List<String> FOLDERS = List.of("site/", "web/");

    private final ConcurrentMap<String, Page> known = new ConcurrentHashMap<>();

    private record Page(byte[] bytes, Map<String, String> headers) {}

    /**
     * The page of that path, or 304 where the client has it already; empty where there is none. Blocks to read it once.
     */
    Optional<Response> find(List<String> path, List<String> ifNoneMatch) throws IOException {
        String name = NAMES.getOrDefault(path, String.join("/", path));
        Page page = known.get(name);
        if (page == null) {
            page = NAMES.containsKey(path) || plain(path) ? load(name) : null;
            if (page == null) {
                return Optional.empty();
            }
            known.put(name, page);
        }
        boolean same = ifNoneMatch.stream().anyMatch(matches(page.headers.get("ETag")));
        return Optional.of(same
                ? Response.empty(304, page.headers)
                : new Response.Whole(200, page.headers, page.bytes));
    }

    private static Predicate<String> matches(String tag) {
        return header -> header.strip().equals("*") || List.of(header.split("\\s*,\\s*")).stream()
                .anyMatch(one -> one.strip().equals(tag) || one.strip().equals("W/" + tag));
    }

    private static boolean plain(List<String> path) {
        return path.size() <= MAX_SEGMENTS && path.stream().allMatch(segment -> SEGMENT.matcher(segment).matches());
    }

    private static Page load(String name) throws IOException {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            return null;
        }
        for (String folder : FOLDERS) {
            try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(folder + name)) {
                if (in != null) {
                    byte[] bytes = in.readAllBytes();
                    return new Page(bytes, Map.of("Content-Type", type, "ETag", tag(bytes), "Cache-Control", "no-cache",
                            "Content-Security-Policy", Headers.PAGE_POLICY));
                }
            }
        }
        return null;
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
