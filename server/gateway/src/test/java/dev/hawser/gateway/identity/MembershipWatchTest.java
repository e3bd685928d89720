package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.memory.MemoryMembers;
import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.StoreException;
import dev.hawser.gateway.identity.LiveConnections.User;
import dev.hawser.sql.Durability;
import dev.hawser.sql.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose connections are ended when memberships end. */
class MembershipWatchTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final User ANN = new User(ACME, new UserId("ann"));
    private static final User BOB = new User(ACME, new UserId("bob"));
    private static final User NAMESAKE = new User(new TenantId("globex"), new UserId("ann"));

    @TempDir
    Path folder;
    private final MemoryMembers members = new MemoryMembers();
    private final Open sockets = new Open();
    private final Open streams = new Open();
    private final MembershipWatch watch =
            new MembershipWatch(new StoredMembership(members, false), List.of(sockets, streams));

    /** One connection a user. */
    private static final class Open implements LiveConnections {
        private final Set<User> users = new LinkedHashSet<>();

        @Override
        public Set<User> users() {
            return Set.copyOf(users);
        }

        @Override
        public int close(User user) {
            return users.remove(user) ? 1 : 0;
        }
    }

    @BeforeEach
    void everybodyIsIn() {
        for (User user : List.of(ANN, BOB, NAMESAKE)) {
            members.save(new Tenant(user.tenant(), true)).join();
            member(user, true);
            sockets.users.add(user);
            streams.users.add(user);
        }
    }

    @AfterEach
    void end() {
        watch.close();
    }

    private void member(User user, boolean active) {
        Subject subject = new Subject("issuer", user.tenant() + "/" + user.user());
        members.save(new Member(user.tenant(), user.user(), subject, active)).join();
    }

    @Test
    void nobodyIsClosedWhileAllAreMembers() {
        assertThat(watch.check(_ -> true)).isZero();
        assertThat(sockets.users).hasSize(3);
    }

    @Test
    void aLookAtAllEndsEverythingOfThoseWhoseMembershipHasEnded() {
        member(ANN, false);
        watch.check(_ -> true);
        assertThat(sockets.users).containsExactly(BOB, NAMESAKE);
        assertThat(streams.users).containsExactly(BOB, NAMESAKE);
    }

    @Test
    void aLookAtAllEndsEverythingOfATenantThatHasEnded() {
        members.save(new Tenant(ACME, false)).join();
        watch.check(_ -> true);
        assertThat(sockets.users).containsExactly(NAMESAKE);
        assertThat(streams.users).containsExactly(NAMESAKE);
    }

    @Test
    void onlyThoseConcernedAreLookedAt() {
        member(ANN, false);
        member(BOB, false);
        assertThat(watch.check(ANN::equals)).isEqualTo(2);
        assertThat(sockets.users).containsExactly(BOB, NAMESAKE);
    }

    @Test
    void whereTokensAreBelievedNobodyIsClosed() {
        member(ANN, false);
        try (MembershipWatch believing = new MembershipWatch(new ClaimedMembership(), List.of(sockets))) {
            assertThat(believing.check(_ -> true)).isZero();
        }
        assertThat(sockets.users).hasSize(3);
    }

    @Test
    void aStoreThatFailsClosesNobody() {
        SqliteStore store = SqliteStore.open(folder, Durability.PROCESS);
        store.close();
        StoredMembership away = new StoredMembership(store.members(), false);
        try (MembershipWatch blind = new MembershipWatch(away, List.of(sockets))) {
            assertThatThrownBy(() -> blind.check(_ -> true)).isInstanceOf(StoreException.class);
        }
        assertThat(sockets.users).hasSize(3);
    }
}
