package dev.hawser.gateway;

import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.dialect.apigw.ApigwDialect;
import dev.hawser.core.dialect.device.DeviceDialect;
import dev.hawser.core.dialect.envelope.EnvelopeDialect;
import dev.hawser.core.dialect.hitl.HitlDialect;
import dev.hawser.core.dialect.standard.StandardDialect;
import dev.hawser.core.model.AgentName;
import dev.hawser.gateway.config.DialectsConfig;
import dev.hawser.gateway.config.DialectsConfig.NonJson;
import java.util.ArrayList;
import java.util.List;

/** The forms that the wire may take here: one line each, and nothing else of a dialect outside its folder. */
public final class Dialects {
    private Dialects() {}

    /** Those that are served. */
    public static List<Dialect> of(DialectsConfig config) {
        List<Dialect> served = new ArrayList<>();
        add(served, config.standard().enabled(), new StandardDialect());
        add(served, config.hitl().enabled(), new HitlDialect());
        add(served, config.envelope().enabled(), new EnvelopeDialect(config.envelope().nonJson() == NonJson.ECHO));
        add(served, config.apigw().enabled(), new ApigwDialect(config.apigw().agent().map(AgentName::new).orElse(null)));
        add(served, config.device().enabled(), new DeviceDialect());
        return List.copyOf(served);
    }

    private static void add(List<Dialect> served, boolean enabled, Dialect dialect) {
        if (enabled) {
            served.add(dialect);
        }
    }
}
