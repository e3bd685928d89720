package dev.hawser.gateway.identity;

import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.Holds;
import dev.hawser.core.port.Identity.Credential;
import dev.hawser.gateway.http.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a request carries its credential: lines of the input are the target, the origin, {@code Authorization}, the
 * subprotocols and the cookie. A cookie never counts beside a foreign origin or none.
 */
public final class CredentialsTarget implements FuzzTarget {
    private static final String OURS = "https://app.example.com";

    private static final Set<String> SAME = Set.of(OURS, OURS + "/", OURS + ":443", OURS + ":443/");

    private final CredentialRules rules = new CredentialRules(new Origins(List.of(OURS)), "__session");

    @Override
    public String name() {
        return "credentials";
    }

    @Override
    public List<byte[]> seeds() {
        return FuzzTarget.texts(
                "/ws?token=a.b.c\n" + OURS + "\nBearer x\nhawser.v1, bearer.a.b.c\na=b; __session=d.e.f; c=d",
                "/ws?ticket=t\n\n\n\n__session=x", "/ws?ticket=&token=\nhttps://app.example.com.evil.example\nbearer  \n\n",
                "/\nhttps://APP.example.com:443\nBasic x\n\n=;__session=;__session=y", "/ws\nnull\n\nbearer.\n__session");
    }

    @Override
    public void take(byte[] input) {
        String[] lines = Arrays.copyOf(new String(input, StandardCharsets.ISO_8859_1).split("\n", 5), 5);
        String target = lines[0];
        String origin = lines[1] == null || lines[1].isEmpty() ? null : lines[1];
        Map<String, List<String>> query = RequestTarget.parse(target).map(RequestTarget::query).orElse(Map.of());
        Credential found = rules.find(new CredentialRules.Shown(
                origin, list(lines[2]), query, lines[3] == null ? List.of() : List.of(lines[3].split(", ")), list(lines[4])));
        boolean others = lines[2] != null && lines[2].toLowerCase(Locale.ROOT).startsWith("bearer ")
                || query.containsKey("token") || query.containsKey("ticket")
                || lines[3] != null && lines[3].contains("bearer.");
        if (!others) {
            Holds.that(found instanceof Credential.None || origin != null && rules.origins().allows(origin),
                    "a cookie counted without an allowed origin");
        }
        if (origin != null && rules.origins().allows(origin)) {
            Holds.that(SAME.contains(origin.strip().toLowerCase(Locale.ROOT)), "allows " + origin);
        }
        Holds.that(!found.toString().contains("a.b.c"), "shows the credential");
    }

    private static List<String> list(String line) {
        return line == null || line.isEmpty() ? List.of() : List.of(line);
    }
}
