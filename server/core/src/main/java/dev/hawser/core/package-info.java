/** The heart of Hawser: sessions, runs, approvals and connections, with no socket, no SQL, no thread and no wall clock. */
package dev.hawser.core;
