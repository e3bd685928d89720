package dev.hawser.gateway.http;

import dev.hawser.gateway.identity.OneTimeTickets;

/** Who is let in, by what they show, and how that is managed. */
public record AccessParts(Guard guard, OneTimeTickets tickets, MemberParts members) {}
