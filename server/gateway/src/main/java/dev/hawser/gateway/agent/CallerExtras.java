package dev.hawser.gateway.agent;

import dev.hawser.core.model.CallerTools;

/** What an AG-UI caller sends beside its message, kept in the message's metadata under names of its own. */
public final class CallerExtras {
    /** A list of {@code {description, value}}. */
    public static final String CONTEXT = "ag-ui.context";
    /** A list of {@code {name, description, parameters}}. */
    public static final String TOOLS = CallerTools.KEY;

    private CallerExtras() {}
}
