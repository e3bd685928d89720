package dev.hawser.bench.scenario;

import dev.hawser.bench.child.Lab;
import dev.hawser.bench.report.Figure;
import java.util.List;

/**
 * One benchmark, described by its options; bounded in count and time. It is also the command of its name, so the
 * options carry their own help.
 */
public sealed interface Scenario
        permits Fanout, Single, HttpAgent, Workers, Idle, Connect, Accept, Startup, Store, Dialects {
    /** Runs it and returns its lines of the final table; blocks. */
    List<Figure> run(Lab lab) throws Exception;
}
