package dev.hawser.core.model;

/**
 * Whom an issuer of credentials speaks of. A name is unique only for its issuer (OpenID Connect Core §2: {@code sub}), so
 * two subjects are the same only where both parts are.
 *
 * @param issuer the exact {@code iss}
 * @param name   the value of the claim that names users
 */
public record Subject(String issuer, String name) {
    /** @throws IllegalArgumentException outside its bounds (each 1 to 256 characters, no control characters) */
    public Subject {
        Text.name("issuer", issuer);
        Text.name("subject", name);
    }
}
