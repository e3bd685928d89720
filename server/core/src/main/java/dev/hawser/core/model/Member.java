package dev.hawser.core.model;

/**
 * A membership: who is a user of a tenant.
 *
 * @param user    whom the tenant's sessions and runs belong to; one subject's at a time
 * @param subject who may be this user
 * @param active  whether it counts
 */
public record Member(TenantId tenant, UserId user, Subject subject, boolean active) {}
