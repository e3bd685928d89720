package dev.hawser.gateway.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Development tokens as they would have been issued at another time. */
public final class OtherTimes {
    private OtherTimes() {}

    /** The issuer of that data folder under another clock. Blocks. */
    public static DevelopmentIdentity at(Path dataFolder, Clock clock) throws IOException {
        return DevelopmentIdentity.open(dataFolder, clock);
    }
}
