/** What Hawser talks about: identities, sessions, runs, approvals, events and the commands that change them. Immutable values only. */
package dev.hawser.core.model;
