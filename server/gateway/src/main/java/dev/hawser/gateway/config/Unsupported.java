package dev.hawser.gateway.config;

import java.util.ArrayList;
import java.util.List;

/** What the configuration can already say and this version cannot do yet; each feature that comes deletes its lines. */
final class Unsupported {
    private Unsupported() {}

    static List<String> in(Config config) {
        var problems = new ArrayList<String>();
        refuse(problems, config.log().kind() == LogConfig.Kind.REDIS, "log.kind: redis", "store");
        refuse(problems, !config.backplane().local(), "backplane.url: redis", "local");
        return List.copyOf(problems);
    }

    private static void refuse(List<String> problems, boolean asked, String what, String instead) {
        if (asked) {
            problems.add(what + " is not supported by this version; use " + instead);
        }
    }
}
