package dev.hawser.gateway.http;

import dev.hawser.core.port.Members;
import dev.hawser.gateway.identity.MembershipWatch;
import java.util.Optional;

/**
 * What the administration of memberships works on.
 *
 * @param watch      told of every change
 * @param onlyIssuer whose subjects are meant where a request names no issuer; empty where there are several
 */
public record MemberParts(Members members, MembershipWatch watch, Optional<String> onlyIssuer) {}
