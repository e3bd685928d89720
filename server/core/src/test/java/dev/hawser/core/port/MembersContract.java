package dev.hawser.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.model.Member;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Members.Saved;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guarantees of {@link Members}, for every adapter. */
public abstract class MembersContract extends PortContract<Members> {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final Subject SUBJECT = new Subject("https://id.example.com", "u-1");
    private static final Subject NAMESAKE = new Subject("https://elsewhere.example.com", "u-1");

    private void enter(TenantId tenant, boolean active) {
        StoreContract.await(port.save(new Tenant(tenant, active)));
    }

    private Saved save(Member member) {
        return StoreContract.await(port.save(member));
    }

    @Test
    void aTenantIsEnteredReplacedAndTakenOut() {
        assertThat(port.tenant(ACME)).isEmpty();
        enter(ACME, true);
        assertThat(port.tenant(ACME)).contains(new Tenant(ACME, true));
        enter(ACME, false);
        enter(ACME, false);
        assertThat(port.tenant(ACME)).contains(new Tenant(ACME, false));
        assertThat(port.tenant(OTHER)).isEmpty();
        assertThat(StoreContract.await(port.remove(ACME))).isTrue();
        assertThat(StoreContract.await(port.remove(ACME))).isFalse();
        assertThat(port.tenant(ACME)).isEmpty();
    }

    @Test
    void aMemberIsEnteredReplacedAndTakenOut() {
        enter(ACME, true);
        Member ann = new Member(ACME, ANN, SUBJECT, true);
        assertThat(port.member(ACME, ANN)).isEmpty();
        assertThat(save(ann)).isEqualTo(Saved.DONE);
        assertThat(save(ann)).isEqualTo(Saved.DONE);
        assertThat(port.member(ACME, ANN)).contains(ann);
        Member changed = new Member(ACME, ANN, NAMESAKE, false);
        assertThat(save(changed)).isEqualTo(Saved.DONE);
        assertThat(port.member(ACME, ANN)).contains(changed);
        assertThat(port.active(ACME, SUBJECT)).isEmpty();
        assertThat(StoreContract.await(port.remove(ACME, BOB))).isFalse();
        assertThat(StoreContract.await(port.remove(ACME, ANN))).isTrue();
        assertThat(StoreContract.await(port.remove(ACME, ANN))).isFalse();
        assertThat(port.member(ACME, ANN)).isEmpty();
    }

    @Test
    void aMemberNeedsItsTenant() {
        assertThat(save(new Member(ACME, ANN, SUBJECT, true))).isEqualTo(Saved.NO_TENANT);
        assertThat(port.member(ACME, ANN)).isEmpty();
    }

    @Test
    void aSubjectIsOneUserOfATenant() {
        enter(ACME, true);
        enter(OTHER, true);
        save(new Member(ACME, ANN, SUBJECT, false));
        assertThat(save(new Member(ACME, BOB, SUBJECT, true))).isEqualTo(Saved.TAKEN);
        assertThat(port.member(ACME, BOB)).isEmpty();
        assertThat(save(new Member(OTHER, BOB, SUBJECT, true))).isEqualTo(Saved.DONE);
        assertThat(port.active(OTHER, SUBJECT)).contains(new Member(OTHER, BOB, SUBJECT, true));
    }

    @Test
    void theSameNameOfTwoIssuersIsTwoUsers() {
        enter(ACME, true);
        Member ann = new Member(ACME, ANN, SUBJECT, true);
        Member bob = new Member(ACME, BOB, NAMESAKE, true);
        save(ann);
        assertThat(port.active(ACME, NAMESAKE)).isEmpty();
        assertThat(port.active(NAMESAKE, 10)).isEmpty();
        save(bob);
        assertThat(port.active(ACME, SUBJECT)).contains(ann);
        assertThat(port.active(ACME, NAMESAKE)).contains(bob);
    }

    @Test
    void onlyWhatIsActiveCounts() {
        for (boolean tenant : new boolean[] {true, false}) {
            for (boolean member : new boolean[] {true, false}) {
                enter(ACME, tenant);
                enter(OTHER, true);
                save(new Member(ACME, ANN, SUBJECT, member));
                boolean counts = tenant && member;
                assertThat(port.active(ACME, SUBJECT).isPresent()).isEqualTo(counts);
                assertThat(port.active(ACME, ANN).isPresent()).isEqualTo(counts);
                assertThat(port.active(SUBJECT, 10)).hasSize(counts ? 1 : 0);
                assertThat(port.active(OTHER, SUBJECT)).isEmpty();
                assertThat(port.active(OTHER, ANN)).isEmpty();
                assertThat(port.active(ACME, BOB)).isEmpty();
            }
        }
    }

    @Test
    void aTenantThatComesBackFindsItsMembersAsTheyWere() {
        enter(ACME, true);
        save(new Member(ACME, ANN, SUBJECT, true));
        enter(ACME, false);
        enter(ACME, true);
        assertThat(port.active(ACME, ANN)).isPresent();
    }

    @Test
    void aTenantTakenOutTakesItsMembersWithItAndNobodyElses() {
        enter(ACME, true);
        enter(OTHER, true);
        save(new Member(ACME, ANN, SUBJECT, true));
        save(new Member(OTHER, ANN, SUBJECT, true));
        StoreContract.await(port.remove(ACME));
        enter(ACME, true);
        assertThat(port.member(ACME, ANN)).isEmpty();
        assertThat(port.members(ACME, null, 10)).isEmpty();
        assertThat(port.active(SUBJECT, 10)).containsExactly(new Member(OTHER, ANN, SUBJECT, true));
    }

    @Test
    void theTenantsOfASubjectAreFoundUpToTheLimit() {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TenantId tenant = new TenantId("t" + i);
            enter(tenant, true);
            Member member = new Member(tenant, new UserId("u" + i), SUBJECT, true);
            save(member);
            all.add(member);
        }
        assertThat(port.active(SUBJECT, 10)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(port.active(SUBJECT, 2)).hasSize(2).isSubsetOf(all);
    }

    @Test
    void membersComeInPages() {
        enter(ACME, true);
        enter(OTHER, true);
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Member member = new Member(ACME, new UserId("user-" + i), new Subject("issuer", "s" + i), i % 2 == 0);
            save(member);
            all.add(member);
        }
        save(new Member(OTHER, new UserId("user-0a"), SUBJECT, true));
        List<Member> read = new ArrayList<>();
        List<Member> page = port.members(ACME, null, 3);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            read.addAll(page);
            page = port.members(ACME, page.getLast().user(), 3);
        }
        assertThat(read).containsExactlyElementsOf(all);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Members.MAX_PAGE + 1})
    void aPageHasBounds(int limit) {
        assertThatThrownBy(() -> port.members(ACME, null, limit)).isInstanceOf(IllegalArgumentException.class);
    }
}
