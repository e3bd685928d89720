package dev.hawser.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.core.memory.MemoryMembers;
import dev.hawser.core.model.CloseCode;
import dev.hawser.core.model.Code;
import dev.hawser.core.model.Member;
import dev.hawser.core.model.Principal;
import dev.hawser.core.model.Scope;
import dev.hawser.core.model.Subject;
import dev.hawser.core.model.Tenant;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import dev.hawser.core.port.Identity.Verdict;
import dev.hawser.core.port.Members;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which user of which tenant a token's bearer is, by the memberships in the store. */
class StoredMembershipTest {
    private static final Instant EXPIRES = Instant.parse("2026-03-01T10:00:00Z");
    private static final String A = "https://a.example.com";
    private static final String B = "https://b.example.com";

    private final MemoryMembers members = new MemoryMembers();
    private final StoredMembership membership = new StoredMembership(members, false);

    @BeforeEach
    void enter() {
        tenant("acme", true);
        tenant("globex", true);
        tenant("closed", false);
        member("acme", "ann", A, "one", true);
        member("acme", "bea", B, "one", true);
        member("globex", "left", A, "one", false);
        member("closed", "ann", A, "one", true);
        member("acme", "both-here", A, "two", true);
        member("globex", "both-there", A, "two", true);
        member("acme", "off", A, "inactive", false);
        member("closed", "shut", A, "shut", true);
    }

    private void tenant(String tenant, boolean active) {
        members.save(new Tenant(new TenantId(tenant), active)).join();
    }

    private void member(String tenant, String user, String issuer, String subject, boolean active) {
        Member member = new Member(new TenantId(tenant), new UserId(user), new Subject(issuer, subject), active);
        assertThat(members.save(member).join()).isEqualTo(Members.Saved.DONE);
    }

    private Verdict admit(String issuer, String subject, String tenant, Set<Scope> scopes) {
        return membership.admit(new Finding.Bearer(new Subject(issuer, subject), tenant == null ? null : new TenantId(tenant),
                scopes, EXPIRES));
    }

    @ParameterizedTest
    @CsvSource({
        "a, one,      ,       acme,   ann",
        "a, one,      acme,   acme,   ann",
        "b, one,      ,       acme,   bea",
        "b, one,      acme,   acme,   bea",
        "a, two,      acme,   acme,   both-here",
        "a, two,      globex, globex, both-there",
    })
    void isThatUser(String issuer, String subject, String claimed, String tenant, String user) {
        assertThat(admit("https://" + issuer + ".example.com", subject, claimed, Set.of(Scope.WORKER)))
                .isEqualTo(new Verdict.Accepted(
                        new Principal(new TenantId(tenant), new UserId(user), Set.of(Scope.WORKER), EXPIRES)));
    }

    @ParameterizedTest
    @CsvSource({
        "a, one,      globex,  The user has no active membership of the tenant that the token names",
        "a, one,      closed,  The user has no active membership of the tenant that the token names",
        "a, one,      nowhere, The user has no active membership of the tenant that the token names",
        "a, ann,      acme,    The user has no active membership of the tenant that the token names",
        "c, one,      acme,    The user has no active membership of the tenant that the token names",
        "b, two,      acme,    The user has no active membership of the tenant that the token names",
        "a, nobody,   ,        The user has no active membership",
        "a, inactive, ,        The user has no active membership",
        "a, shut,     ,        The user has no active membership",
        "b, two,      ,        The user has no active membership",
        "a, two,      ,        'The user is a member of several tenants, and the token names none of them'",
    })
    void isNobody(String issuer, String subject, String claimed, String told) {
        for (Set<Scope> scopes : Set.of(Set.<Scope>of(), Set.of(Scope.WORKER))) {
            Verdict.Refused refused =
                    (Verdict.Refused) admit("https://" + issuer + ".example.com", subject, claimed, scopes);
            assertThat(refused.fault().code()).isEqualTo(Code.FORBIDDEN);
            assertThat(refused.fault().message()).isEqualTo(told);
            assertThat(refused.close()).isEqualTo(CloseCode.AUTH_INVALID);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "one,    ,       acme,      ann",
        "one,    acme,   acme,      ann",
        "one,    globex, globex,    operator:one",
        "two,    ,       operators, operator:two",
        "nobody, ,       operators, operator:nobody",
        "nobody, acme,   acme,      operator:nobody",
        "ann,    acme,   acme,      operator:ann",
    })
    void anOperatorNeedsNone(String subject, String claimed, String tenant, String user) {
        assertThat(admit(A, subject, claimed, Set.of(Scope.OPERATOR))).isEqualTo(new Verdict.Accepted(
                new Principal(new TenantId(tenant), new UserId(user), Set.of(Scope.OPERATOR), EXPIRES)));
    }

    @Test
    void anOperatorOfTheLongestNameIsLetIn() {
        assertThat(admit(A, "n".repeat(256), "acme", Set.of(Scope.OPERATOR))).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @CsvSource({"acme, ann, true", "acme, off, false", "closed, ann, false", "acme, nobody, false", "nowhere, ann, false",
        "dev, anonymous, false"})
    void holdsWhileItIsActive(String tenant, String user, boolean holds) {
        assertThat(membership.holds(new TenantId(tenant), new UserId(user))).isEqualTo(holds);
    }

    @Test
    void theCommonUserOfThoseWithoutACredentialNeedsNoneWhereThereIsOne() {
        assertThat(new StoredMembership(members, true).holds(new TenantId("dev"), new UserId("anonymous"))).isTrue();
        assertThat(new StoredMembership(members, true).holds(new TenantId("dev"), new UserId("ann"))).isFalse();
        assertThat(new StoredMembership(members, true).holds(new TenantId("acme"), new UserId("anonymous"))).isFalse();
    }

    @Test
    void aTokenThatNamesNoTenantIsWorthNothingWhereItIsToBeBelieved() {
        Finding.Bearer bearer = new Finding.Bearer(new Subject(A, "one"), null, Set.of(), EXPIRES);
        assertThat(new ClaimedMembership().admit(bearer)).isEqualTo(Refusals.NO_TENANT);
    }
}
