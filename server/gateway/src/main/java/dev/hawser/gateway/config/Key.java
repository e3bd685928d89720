package dev.hawser.gateway.config;

/**
 * One key of the configuration's schema.
 *
 * @param path         dotted path; {@code *} stands for a name of the user's choice, {@code []} for a list's items
 * @param environment  the variable that sets it; empty inside list items, which are set with their whole list
 * @param defaultValue the default as written in YAML; empty when the key has none
 */
public record Key(String path, String environment, String defaultValue) {}
