package dev.hawser.gateway.e2e.refusals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of bad requests. */
final class BadRequests {
    private final List<BadRequest> all = new ArrayList<>();
    private final String user;
    private final String worker;
    private final String operator;
    private final String session;
    private final String run;

    /** @param run one that goes on, of the session */
    BadRequests(String user, String worker, String operator, String session, String run) {
        this.user = "Authorization: Bearer " + user + "\n";
        this.worker = "Authorization: Bearer " + worker + "\n";
        this.operator = "Authorization: Bearer " + operator + "\n";
        this.session = session;
        this.run = run;
    }

    List<BadRequest> all() {
        bodies();
        fields();
        types();
        numbers();
        paths();
        heads();
        credentials();
        upgrades();
        return all;
    }

    private void bodies() {
        Map<String, String> takesJson = new LinkedHashMap<>();
        takesJson.put("POST /v1/sessions", user);
        takesJson.put("POST /v1/sessions/" + session + "/runs", user);
        takesJson.put("POST /v1/approvals/none", user);
        takesJson.put("POST /agui/demo", user);
        takesJson.put("POST /v1/runs/" + run + "/events", worker);
        takesJson.put("POST /v1/admin/notices", operator);
        takesJson.forEach((line, credential) -> {
            String place = line.replace(session, "S").replace(run, "R") + ": ";
            bodyTexts().forEach((name, text) ->
                    post(place + name, line, credential, text.getBytes(StandardCharsets.UTF_8), 400));
            post(place + "not UTF-8", line, credential, new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', ':', '1', '}'}, 400);
            post(place + "UTF-16", line, credential, "{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_16), 400);
            post(place + "overlong UTF-8", line, credential,
                    new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xc0, (byte) 0x80, '"', '}'}, 400);
            if (!line.endsWith("/events") && !line.endsWith("/demo")) {
                post(place + "too big", line, credential,
                        ("{\"text\":\"" + "x".repeat(70_000) + "\"}").getBytes(StandardCharsets.UTF_8), 413);
            }
            post(place + "far too big", line, credential, new byte[5 * 1024 * 1024], 400, 413);
        });
    }

    private static Map<String, String> bodyTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("empty", "");
        texts.put("no JSON", "text=hello");
        texts.put("null", "null");
        texts.put("an array of nothing", "[]");
        texts.put("a number", "1");
        texts.put("a string", "\"x\"");
        texts.put("cut short", "{\"text\":\"a");
        texts.put("too deep", "{\"text\":" + "[".repeat(500) + "]".repeat(500) + "}");
        texts.put("a key twice", "{\"text\":\"a\",\"text\":\"b\",\"type\":\"thinking\",\"type\":\"thinking\"}");
        texts.put("more behind it", "{\"text\":\"a\"} {}");
        texts.put("a comment", "{/* */\"text\":\"a\"}");
        texts.put("single quotes", "{'text':'a'}");
        texts.put("NUL in a string", "{\"text\":\"a\u0000b\"}");
        texts.put("NaN", "{\"text\":NaN}");
        texts.put("a number of 500 digits", "{\"text\":" + "9".repeat(500) + "}");
        texts.put("a byte order mark in the middle", "{\ufeff\"text\":\"a\"}");
        return texts;
    }

    private void fields() {
        String runs = "POST /v1/sessions/" + session + "/runs";
        for (String body : new String[] {
            "{}", "{\"text\":null}", "{\"text\":\"\"}", "{\"text\":\" \\n\"}", "{\"text\":1}", "{\"text\":[]}", "{\"text\":{}}",
            "{\"text\":true}", "{\"text\":\"a\",\"agent\":1}", "{\"text\":\"a\",\"agent\":\"\"}", "{\"text\":\"a\",\"metadata\":[]}",
            "{\"text\":\"a\",\"metadata\":\"x\"}", "{\"text\":\"a\",\"notBefore\":1}", "{\"text\":\"a\",\"notBefore\":\"soon\"}",
            "{\"text\":\"a\",\"notBefore\":\"+999999999-12-31T23:59:59Z\"}", "{\"text\":\"a\",\"notBefore\":\"1969-01-01T00:00:00Z\"}",
            "{\"text\":\"\\ud800\"}", "{\"text\":\"a\\udc00b\"}", "{\"text\":\"a\",\"metadata\":{\"x\":\"\\ud800\"}}",
            "{\"text\":\"a\",\"metadata\":{\"\\udfff\":1}}"}) {
            post("run " + body, runs, user, body, 400);
        }
        post("unknown agent", runs, user, "{\"text\":\"a\",\"agent\":\"nobody\"}", 404);
        for (String body : new String[] {
            "{\"sessionId\":1}", "{\"sessionId\":\"\"}", "{\"sessionId\":\"a\\u0000\"}", "{\"sessionId\":\"a\\r\\nX: y\"}",
            "{\"sessionId\":\"" + "s".repeat(129) + "\"}", "{\"sessionId\":{}}", "{\"metadata\":1}", "{\"sessionId\":\"\\ud800\"}",
            "{\"metadata\":{\"a\":\"\\udc00\"}}"}) {
            post("session " + body.substring(0, Math.min(body.length(), 40)), "POST /v1/sessions", user, body, 400);
        }
        for (String body : new String[] {
            "{}", "{\"decision\":1}", "{\"decision\":\"maybe\"}", "{\"decision\":\"edit\"}", "{\"decision\":\"edit\",\"editedArgs\":1}",
            "{\"decision\":\"approve\",\"reason\":{}}", "{\"decision\":\"expire\"}", "{\"decision\":\"APPROVE\"}",
            "{\"decision\":\"reject\",\"reason\":\"\\ud800\"}"}) {
            post("approval " + body, "POST /v1/approvals/none", user, body, 400);
        }
        String asks = "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]";
        for (String body : new String[] {
            "{}", "{\"threadId\":1,\"runId\":\"r\"}", "{\"threadId\":\"t\"}", "{\"threadId\":\"t\",\"runId\":\" \"}",
            "{\"threadId\":\"" + "t".repeat(129) + "\",\"runId\":\"r\"}", "{\"threadId\":\"t\",\"runId\":\"" + "r".repeat(1001) + "\"}",
            "{\"threadId\":\"t\",\"runId\":\"r\"}", "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":{}}",
            "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[1,{\"role\":\"assistant\",\"content\":\"a\"}]}",
            "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}",
            asks + ",\"tools\":{}}", asks + ",\"tools\":[1]}", asks + ",\"context\":1}",
            asks + ",\"tools\":[{\"name\":\"a\"},{\"name\":\"a\"}]}",
            "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[{\"role\":\"tool\",\"toolCallId\":1,\"content\":\"a\"}]}",
            "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[{\"role\":\"tool\",\"toolCallId\":\"a\"}]}",
            asks + ",\"resume\":{}}", asks + ",\"resume\":[1]}", asks + ",\"resume\":[{}]}",
            asks + ",\"resume\":[{\"interruptId\":\"a\",\"status\":\"done\"}]}",
            asks + ",\"resume\":[{\"interruptId\":\"a\",\"status\":\"resolved\"}]}",
            asks + ",\"resume\":[{\"interruptId\":\"a\",\"status\":\"resolved\",\"payload\":{}}]}",
            asks + ",\"resume\":[{\"interruptId\":\"a\",\"status\":\"resolved\",\"payload\":{\"approved\":\"yes\"}}]}"}) {
            post("AG-UI " + body.substring(0, Math.min(body.length(), 120)), "POST /agui/demo", user, body, 400);
        }
        post("AG-UI resume of nothing", "POST /agui/demo", user,
                asks + ",\"resume\":[{\"interruptId\":\"none\",\"status\":\"cancelled\"}]}", 404);
        post("AG-UI result that nobody waits for", "POST /agui/demo", user, "{\"threadId\":\"" + session + "\",\"runId\":\"r\","
                + "\"messages\":[{\"role\":\"tool\",\"toolCallId\":\"a\",\"content\":\"b\"}]}", 404);
        post("AG-UI extras that are too large", "POST /agui/demo", user,
                asks + ",\"forwardedProps\":{\"a\":\"" + "x".repeat(70_000) + "\"}}", 413);
        post("AG-UI state that is too large", "POST /agui/demo", user,
                asks + ",\"state\":{\"a\":\"" + "x".repeat(300_000) + "\"}}", 413);
        post("AG-UI result that is too large", "POST /agui/demo", user, "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":["
                + "{\"role\":\"tool\",\"toolCallId\":\"a\",\"content\":\"" + "x".repeat(70_000) + "\"}]}", 413);
        post("AG-UI agent that is not there", "POST /agui/nobody", user, asks + "}", 404);
        for (String body : new String[] {
            "{}", "{\"type\":1}", "{\"type\":\"nonsense\"}", "{\"type\":\"run.started\",\"agent\":\"a\",\"attempt\":1}",
            "{\"type\":\"message.user\",\"messageId\":\"m\",\"text\":\"t\",\"userId\":\"u\"}", "{\"type\":\"text.delta\"}",
            "{\"type\":\"text.delta\",\"delta\":1}", "{\"type\":\"tool.call\",\"name\":\"x\"}", "[{\"type\":\"thinking\",\"text\":\"a\"},{}]",
            "[{\"type\":\"thinking\",\"text\":\"a\"}", "{\"type\":\"approval.decided\",\"approvalId\":\"a\",\"decision\":\"approve\"}",
            "{\"type\":\"run.abandoned\"}", "[" + "1,".repeat(2000) + "1]"}) {
            post("event " + body.substring(0, Math.min(body.length(), 60)), "POST /v1/runs/" + run + "/events", worker, body, 400);
        }
        for (String body : new String[] {
            "", "null", "[]", "{", "{\"agents\":1}", "{\"agents\":[]}", "{\"agents\":{}}", "{\"agents\":[null]}",
            "{\"agents\":\"demo\"}", "{\"max\":0}", "{\"max\":\"1\"}", "{\"max\":1e400}", "{\"max\":[]}",
            "{\"waitMs\":-1}", "{\"waitMs\":60001}", "{\"waitMs\":9e99}", "{\"waitMs\":true}", "{\"max\":1,\"max\":2}",
            "{\"agents\":[\"\\ud800\"]}"}) {
            post("claim " + body, "POST /v1/workers/claim", worker, body, 400);
        }
        for (String agents : new String[] {"nobody", "demo", "", "a b", "\\u0000", "x".repeat(5000)}) {
            post("claim for " + agents.substring(0, Math.min(agents.length(), 10)), "POST /v1/workers/claim", worker,
                    "{\"agents\":[\"" + agents + "\"]}", 404);
        }
        post("a claim too big", "POST /v1/workers/claim", worker, "{\"x\":\"" + "x".repeat(70_000) + "\"}", 413);
        for (String body : new String[] {
            "{}", "{\"scope\":\"all\"}", "{\"scope\":\"nobody\",\"name\":\"n\"}", "{\"scope\":\"session\",\"name\":\"n\"}",
            "{\"scope\":\"user\",\"name\":\"n\"}", "{\"scope\":\"user\",\"id\":1,\"name\":\"n\"}", "{\"scope\":1,\"name\":\"n\"}",
            "{\"scope\":\"tenant\",\"id\":\"\\u0000\",\"name\":\"n\"}", "{\"scope\":\"all\",\"name\":{}}",
            "{\"scope\":\"all\",\"name\":\"n\",\"value\":\"\\ud800\"}"}) {
            post("notice " + body, "POST /v1/admin/notices", operator, body, 400);
        }
    }

    private void types() {
        for (String type : new String[] {
            "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonx", "*/*", "json", "",
            "multipart/form-data; boundary=x", "application/json, text/plain"}) {
            for (String line : new String[] {"POST /v1/sessions", "POST /v1/sessions/" + session + "/runs"}) {
                all.add(BadRequest.of(line.replace(session, "S") + " of type '" + type + "'", line + " HTTP/1.1\nHost: localhost\n" + user
                        + "Content-Type: " + type + "\nContent-Length: 12\n\n{\"text\":\"a\"}", 415));
            }
        }
        for (String coding : new String[] {"gzip", "br", "identity, gzip", "x"}) {
            all.add(BadRequest.of("coded by " + coding, "POST /v1/sessions/" + session + "/runs HTTP/1.1\nHost: localhost\n" + user
                    + "Content-Type: application/json\nContent-Encoding: " + coding
                    + "\nContent-Length: 12\n\n{\"text\":\"a\"}", 415));
        }
    }

    private void numbers() {
        for (String value : new String[] {
            "-1", "1.5", "1e3", "abc", "", "%00", "99999999999999999999", "0x10", "+1", "%201", "%D9%A1", "1%3B"}) {
            get("after=" + value, "/v1/sessions/" + session + "/events?after=" + value, "", 400);
            get("events limit=" + value, "/v1/sessions/" + session + "/events?limit=" + value, "", 400);
            get("sessions limit=" + value, "/v1/sessions?limit=" + value, "", 400);
            if (!value.contains("%") && !value.isEmpty()) {
                get("Last-Event-ID " + value, "/v1/sessions/" + session + "/events",
                        "Accept: text/event-stream\nLast-Event-ID: " + value + "\n", 400);
            }
        }
        get("limit 0", "/v1/sessions?limit=0", "", 400);
        for (String cursor : new String[] {"x", "1", ".", "%00", "1e3.x", "99999999999999999999.x", "-.x", "x".repeat(600)}) {
            get("cursor " + cursor.substring(0, Math.min(9, cursor.length())), "/v1/sessions?cursor=" + cursor, "", 400);
        }
        for (String attempt : new String[] {"-1", "x", "99999999999", "1.0"}) {
            post("attempt " + attempt, "POST /v1/runs/" + run + "/events?attempt=" + attempt, worker,
                    "{\"type\":\"thinking\",\"text\":\"a\"}", 400);
        }
        for (String query : new String[] {
            "after=-1", "after=x", "after=99999999999999999999", "waitMs=-1", "waitMs=60001", "waitMs=1.5", "waitMs=%00", "attempt=-1"}) {
            inbox("inbox " + query, "/v1/runs/" + run + "/inbox?" + query, worker, 400);
        }
        for (String key : new String[] {"k".repeat(1000), "\u00a0".repeat(129)}) {
            all.add(BadRequest.of("Idempotency-Key of " + key.length(), "POST /v1/sessions HTTP/1.1\nHost: localhost\n" + user
                    + "Idempotency-Key: " + key + "\nContent-Length: 0\n\n", 400));
        }
    }

    private void paths() {
        for (String id : new String[] {
            "none", "%00", "%0d%0aX-Evil:%20y", "x".repeat(129), "x".repeat(5000), "%F0%9F%98%80", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1--",
            "$%7Bjndi:ldap:x%7D", "%E2%80%AE", "%25n"}) {
            String shown = id.substring(0, Math.min(id.length(), 20));
            get("session " + shown, "/v1/sessions/" + id, "", 404);
            get("events of " + shown, "/v1/sessions/" + id + "/events", "Accept: text/event-stream\n", 404);
            get("run " + shown, "/v1/runs/" + id, "", 404);
            post("cancel of " + shown, "POST /v1/runs/" + id + "/cancel", user, "", 404);
            post("approval " + shown, "POST /v1/approvals/" + id, user, "{\"decision\":\"approve\"}", 404);
            post("message to " + shown, "POST /v1/sessions/" + id + "/runs", user, "{\"text\":\"a\"}", 404);
            post("heartbeat of " + shown, "POST /v1/runs/" + id + "/heartbeat", worker, "", 404);
            post("release of " + shown, "POST /v1/runs/" + id + "/release", worker, "", 404);
            inbox("inbox of " + shown, "/v1/runs/" + id + "/inbox", worker, 404);
            post("events for " + shown, "POST /v1/runs/" + id + "/events", worker, "{\"type\":\"thinking\",\"text\":\"a\"}", 404);
        }
        for (String path : new String[] {
            "/v1", "/v1/", "/v1/nothing", "/v1/sessions/", "/v1//sessions", "/%2e%2e/etc/passwd", "/..", "/web/index.html.class", "/logback.xml",
            "/META-INF/MANIFEST.MF", "/.git/config", "/v1/sessions/" + session + "/", "/V1/SESSIONS", "/v1/sessions;x=y", "/dev/hawser"}) {
            get("path " + path.replace(session, "S"), path, "", 404);
        }
        for (String target : new String[] {"/%", "/%zz", "/a?%", "/%ff", "/%c0%80", "/?" + "a&".repeat(200), "*", "x"}) {
            get("target " + target.substring(0, Math.min(target.length(), 12)), target, "", 400);
        }
        for (String line : new String[] {
            "DELETE /v1/sessions", "PUT /v1/sessions/x", "PATCH /v1/runs/x", "GET /v1/runs/x/cancel", "TRACE /v1/sessions",
            "FOO /v1/sessions", "POST /health/live", "DELETE /"}) {
            all.add(BadRequest.of(line, line + " HTTP/1.1\nHost: localhost\n" + user + "Content-Length: 0\n\n", 405));
        }
    }

    private void heads() {
        String get = "GET /health/live HTTP/1.1\n";
        all.add(BadRequest.of("no Host", get + "\n", 400));
        all.add(BadRequest.of("two Hosts", get + "Host: localhost\nHost: localhost\n\n", 400));
        all.add(BadRequest.of("no version", "GET /health/live\n\n", 400, 505));
        all.add(BadRequest.of("no request", "hello\n\n", 400, 505));
        all.add(BadRequest.of("a version that is not", "GET /health/live HTTP/7.3\nHost: localhost\n\n", 400, 505));
        all.add(BadRequest.of("long line", "GET /" + "x".repeat(20_000) + " HTTP/1.1\nHost: localhost\n\n", 414));
        all.add(BadRequest.of("large header", get + "Host: localhost\nX: " + "x".repeat(40_000) + "\n\n", 431));
        all.add(BadRequest.of("many headers", get + "Host: localhost\n" + "X-A: bbbbbbbbbbbbbbbb\n".repeat(3_000) + "\n", 431));
        all.add(BadRequest.of("two lengths", "POST /v1/sessions HTTP/1.1\nHost: localhost\nContent-Length: 1\nContent-Length: 2\n\nab", 400));
        all.add(BadRequest.of("a length below 0", "POST /v1/sessions HTTP/1.1\nHost: localhost\nContent-Length: -1\n\n", 400));
        all.add(BadRequest.of("a length in words", "POST /v1/sessions HTTP/1.1\nHost: localhost\nContent-Length: one\n\n", 400));
        all.add(BadRequest.of("a length beyond all", "POST /v1/sessions HTTP/1.1\nHost: localhost\nContent-Length: 99999999999999999999\n\n",
                400));
        all.add(BadRequest.of("a length of ten gigabytes", "POST /v1/sessions HTTP/1.1\nHost: localhost\n" + user
                + "Content-Type: application/json\nContent-Length: 10000000000\n\n", 413));
        all.add(BadRequest.of("length and chunks", "POST /v1/sessions HTTP/1.1\nHost: localhost\nContent-Length: 5\nTransfer-Encoding: chunked\n\n"
                + "0\n\n", 400));
        all.add(BadRequest.of("coding unknown", "POST /v1/sessions HTTP/1.1\nHost: localhost\nTransfer-Encoding: gzip\n\n", 400, 501));
        all.add(BadRequest.of("space before the colon", get + "Host : localhost\n\n", 400));
        all.add(BadRequest.of("folded header", get + "Host: localhost\nX: a\n b\n\n", 400));
        all.add(BadRequest.of("NUL in a header", get + "Host: localhost\nX: a\u0000b\n\n", 400));
        all.add(BadRequest.of("header without a name", get + "Host: localhost\n: b\n\n", 400));
        all.add(BadRequest.of("foreign origin", get + "Host: localhost\nOrigin: https://evil.example\n\n", 403));
        all.add(BadRequest.of("opaque origin", get + "Host: localhost\nOrigin: null\n\n", 403));
        all.add(BadRequest.of("two origins", get + "Host: localhost\nOrigin: http://localhost\nOrigin: http://localhost\n\n", 400, 403));
    }

    private void credentials() {
        for (String header : new String[] {
            "", "Authorization: Bearer\n", "Authorization: Bearer x\n", "Authorization: Bearer a.b.c\n", "Authorization: Basic eDp5\n",
            "Authorization: Bearer " + "x".repeat(9000) + "\n", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\n", "Cookie: __session=a.b.c\n"}) {
            all.add(BadRequest.of("credential '" + header.substring(0, Math.min(header.length(), 30)).strip() + "'",
                    "GET /v1/sessions HTTP/1.1\nHost: localhost\n" + header + "\n", 401));
        }
        all.add(BadRequest.of("token in the query", "GET /v1/sessions?token=a.b.c HTTP/1.1\nHost: localhost\n\n", 401));
        all.add(BadRequest.of("ticket in the query", "GET /v1/sessions?ticket=abc HTTP/1.1\nHost: localhost\n\n", 401));
        all.add(BadRequest.of("a user at the agents' door", "POST /v1/runs/" + run + "/events HTTP/1.1\nHost: localhost\n" + user
                + "Content-Length: 0\n\n", 403));
        all.add(BadRequest.of("a user at the workers' door", "POST /v1/workers/claim HTTP/1.1\nHost: localhost\n" + user
                + "Content-Length: 0\n\n", 403));
        for (String token : new String[] {"hrt_", "hrt_.", "hrt_e30.x", "hrt_WyJ0IiwicyIsInIiLDFd." + "A".repeat(43), "HRT_x.y"}) {
            inbox("run token " + token, "/v1/runs/" + run + "/inbox", "Authorization: Bearer " + token + "\n", 401);
            all.add(BadRequest.of("claim by " + token, "POST /v1/workers/claim HTTP/1.1\nHost: localhost\nAuthorization: Bearer " + token
                    + "\nContent-Length: 0\n\n", 401));
        }
        all.add(BadRequest.of("a user at the operators' door", "POST /v1/admin/notices HTTP/1.1\nHost: localhost\n" + user
                + "Content-Length: 0\n\n", 403));
    }

    private void upgrades() {
        String good = "Host: localhost\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";
        upgrade("no upgrade", "Host: localhost\n", 426);
        upgrade("version 8", good.replace("13", "8"), 426);
        upgrade("no version", good.replace("Sec-WebSocket-Version: 13\n", ""), 426);
        upgrade("no key", good.replaceAll("Sec-WebSocket-Key: .*\n", ""), 400);
        upgrade("short key", good.replace("dGhlIHNhbXBsZSBub25jZQ==", "YQ=="), 400);
        upgrade("key of no base64", good.replace("dGhlIHNhbXBsZSBub25jZQ==", "****"), 400);
        upgrade("two keys", good + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n", 400);
        upgrade("no Connection", good.replace("Connection: Upgrade\n", ""), 426);
        upgrade("another protocol", good.replace("websocket", "h2c"), 426);
        upgrade("foreign origin", good + "Origin: https://evil.example\n", 403);
        upgrade("a body", good + "Content-Length: 3\n", 400);
        upgrade("chunks", good + "Transfer-Encoding: chunked\n", 400);
        all.add(BadRequest.of("upgrade by POST", "POST /ws HTTP/1.1\n" + good + "\n", 400, 405, 426));
        all.add(BadRequest.of("upgrade by HTTP/1.0", "GET /ws HTTP/1.0\n" + good + "\n", 400, 426));
        all.add(BadRequest.of("upgrade to a bad target", "GET /ws?token=%zz HTTP/1.1\n" + good + "\n", 400));
    }

    private void upgrade(String name, String headers, Integer... allowed) {
        all.add(BadRequest.of("upgrade: " + name, "GET /ws HTTP/1.1\n" + headers + "\n", allowed));
    }

    private void get(String name, String target, String headers, Integer... allowed) {
        all.add(BadRequest.of("GET " + name, "GET " + target + " HTTP/1.1\nHost: localhost\n" + user + headers + "\n", allowed));
    }

    private void inbox(String name, String target, String credential, Integer... allowed) {
        all.add(BadRequest.of(name, "GET " + target + " HTTP/1.1\nHost: localhost\n" + credential + "\n", allowed));
    }

    private void post(String name, String line, String credential, String body, Integer... allowed) {
        post(name, line, credential, body.getBytes(StandardCharsets.UTF_8), allowed);
    }

    private void post(String name, String line, String credential, byte[] body, Integer... allowed) {
        all.add(BadRequest.of(name, line + " HTTP/1.1\nHost: localhost\n" + credential + "Content-Type: application/json\nContent-Length: "
                + body.length + "\n\n", body, allowed));
    }
}
