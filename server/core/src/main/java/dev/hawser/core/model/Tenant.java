package dev.hawser.core.model;

/**
 * A tenant that an operator has entered.
 *
 * @param active whether any of its memberships counts
 */
public record Tenant(TenantId id, boolean active) {}
