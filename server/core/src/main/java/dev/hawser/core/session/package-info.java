/** The sessions: created, listed, read, folded into snapshots and trimmed. */
package dev.hawser.core.session;
