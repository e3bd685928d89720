package dev.hawser.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.kit.HandClock;
import dev.hawser.core.kit.World;
import dev.hawser.core.model.Caller;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Command;
import dev.hawser.core.model.ConnectionId;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Reply;
import dev.hawser.core.model.RunId;
import dev.hawser.core.model.SessionId;
import dev.hawser.core.port.Identity;
import dev.hawser.core.port.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MiddlewareTest {
    private static final Command.Service COMMAND = new Command.CreateSession(null, null);
    private static final Reply NOTED = new Reply.Noted(new SessionId("c1"), 1);
    private static final Caller CALLER = World.caller(World.ANN, "n1");

    private static Code refusal(CompletableFuture<Reply> answer) {
        return ((Reply.Refused) answer.join()).fault().code();
    }

    private static CompletableFuture<Reply> noted() {
        return CompletableFuture.completedFuture(NOTED);
    }

    static Stream<Arguments> failures() {
        RuntimeException store = new StoreException("disk full at /var/secret", null);
        return Stream.of(Arguments.of(store, Code.STORE_UNAVAILABLE),
                Arguments.of(new CompletionException(store), Code.STORE_UNAVAILABLE),
                Arguments.of(new IllegalStateException("secret"), Code.INTERNAL_ERROR),
                Arguments.of(new CompletionException(new IllegalStateException("secret")), Code.INTERNAL_ERROR));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatFailsIsRefusedWithoutInternals(RuntimeException failure, Code code) {
        Handler throwing = new Failures().around((_, _) -> {
            throw failure;
        });
        Handler failing = new Failures().around((_, _) -> CompletableFuture.failedFuture(failure));
        for (Handler handler : List.of(throwing, failing)) {
            Reply.Refused refused = (Reply.Refused) handler.handle(CALLER, COMMAND).join();
            assertThat(refused.fault().code()).isEqualTo(code);
            assertThat(refused.fault().message()).isEqualTo(code.message());
        }
    }

    @Test
    void aCredentialThatHasEndedGivesNoCommands() {
        HandClock clock = new HandClock(World.START);
        Principal principal = new Principal(
                World.ANN.tenant(), World.ANN.user(), Set.of(), World.START.plusSeconds(1));
        Handler handler = new Authentication(clock).around((_, _) -> noted());
        assertThat(handler.handle(World.caller(principal, null), COMMAND).join()).isEqualTo(NOTED);
        clock.advance(Duration.ofSeconds(1));
        assertThat(refusal(handler.handle(World.caller(principal, null), COMMAND))).isEqualTo(Code.AUTH_EXPIRED);
    }

    @Test
    void commandsWithoutAWireAreBoundedPerUser() {
        HandClock clock = new HandClock(World.START);
        Handler handler = new RateLimit(10, 2, clock).around((_, _) -> noted());
        assertThat(handler.handle(CALLER, COMMAND).join()).isEqualTo(NOTED);
        assertThat(handler.handle(CALLER, COMMAND).join()).isEqualTo(NOTED);
        Reply.Refused refused = (Reply.Refused) handler.handle(CALLER, COMMAND).join();
        assertThat(refused.fault().code()).isEqualTo(Code.RATE_LIMITED);
        assertThat(refused.fault().retryAfter()).isEqualTo(Duration.ofMillis(100));
        assertThat(handler.handle(World.caller(World.BOB, null), COMMAND).join()).isEqualTo(NOTED);
        assertThat(handler.handle(World.caller(World.EVE, null), COMMAND).join()).isEqualTo(NOTED);
        assertThat(handler.handle(new Caller(World.ANN, "m", new ConnectionId("k")), COMMAND).join())
                .as("a wire has its own bound").isEqualTo(NOTED);
        clock.advance(Duration.ofMillis(100));
        assertThat(handler.handle(CALLER, COMMAND).join()).isEqualTo(NOTED);
    }

    @Test
    void everyCommandIsMeasured() {
        List<String> measured = new ArrayList<>();
        AtomicLong nanos = new AtomicLong();
        Handler handler = new Observation((command, refused, took) ->
                measured.add(command.getClass().getSimpleName() + " " + refused + " " + took.toMillis()), nanos::get)
                .around((_, command) -> {
                    nanos.addAndGet(3_000_000);
                    return command instanceof Command.CreateSession
                            ? noted() : CompletableFuture.completedFuture(Reply.Refused.of(Code.NOT_FOUND));
                });
        handler.handle(CALLER, COMMAND).join();
        handler.handle(CALLER, new Command.CancelRun(new RunId("r1"))).join();
        assertThat(measured).containsExactly("CreateSession null 3", "CancelRun NOT_FOUND 3");
    }

    @Test
    void middlewareIsPassedFromTheOutermostIn() {
        World world = new World();
        List<String> passed = new ArrayList<>();
        Router router = new Router(world.sessions, world.runs, world.approvals, world.devices, List.of(
                next -> (caller, command) -> {
                    passed.add("outer");
                    return next.handle(caller, command);
                },
                next -> (caller, command) -> {
                    passed.add("inner");
                    return next.handle(caller, command);
                }));
        assertThat(router.handle(CALLER, COMMAND).join()).isInstanceOf(Reply.SessionOpened.class);
        assertThat(passed).containsExactly("outer", "inner");
    }

    @Test
    void onlyWhatTheLedgerKeepsInOrderIsStartedBeforeTheAnswer() {
        assertThat(Router.pipelines(World.message(World.key("c1"), "x"))).isTrue();
        assertThat(Router.pipelines(World.message(null, "x"))).isFalse();
        assertThat(Router.pipelines(new Command.ActOnUi(new SessionId("c1"), Json.object()))).isTrue();
        assertThat(Router.pipelines(COMMAND)).isFalse();
        assertThat(Router.pipelines(new Command.CancelRun(new RunId("r1")))).isFalse();
    }

    @Test
    void secretsDoNotShow() {
        assertThat(new Identity.Credential.Token("secret").toString()).doesNotContain("secret");
        assertThat(new Identity.Credential.Ticket("secret").toString()).doesNotContain("secret");
        assertThat(new Command.RefreshAuth("secret").toString()).doesNotContain("secret");
    }
}
