package dev.hawser.core.routing;

import dev.hawser.core.approval.Approvals;
import dev.hawser.core.device.Devices;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.Reply;
import dev.hawser.core.run.Runs;
import dev.hawser.core.session.Sessions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Brings each command to its service. The one entrance to the core for every host and dialect. Safe for all threads. */
public final class Router implements Handler {
    private final Handler chain;

    /**
     * @param devices    where tools are called
     * @param middleware the outermost first
     */
    public Router(Sessions sessions, Runs runs, Approvals approvals, Devices devices, List<Middleware> middleware) {
        Handler handler = (caller, command) -> switch (command) {
            case Command.SendMessage send -> runs.send(caller, send);
            case Command.CreateSession create -> sessions.create(caller, create);
            case Command.CancelRun cancel -> runs.cancel(caller, cancel);
            case Command.Decide decide -> approvals.decide(caller, decide);
            case Command.ActOnUi act -> sessions.act(caller, act);
            case Command.CallTool call -> devices.call(caller, call);
        };
        for (Middleware one : middleware.reversed()) {
            handler = one.around(handler);
        }
        this.chain = handler;
    }

    @Override
    public CompletableFuture<Reply> handle(Caller caller, Command.Service command) {
        return chain.handle(caller, command);
    }

    /**
     * Whether the next command of a wire may be started before this one is answered: the ledger keeps their order, and the
     * next one does not depend on the answer.
     */
    public static boolean pipelines(Command.Service command) {
        return switch (command) {
            case Command.SendMessage send -> send.session() != null;
            case Command.ActOnUi _ -> true;
            case Command.CreateSession _, Command.CancelRun _, Command.Decide _, Command.CallTool _ -> false;
        };
    }
}
