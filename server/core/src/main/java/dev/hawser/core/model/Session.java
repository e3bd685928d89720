package dev.hawser.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One durable thread of work: an append-only log and its owner.
 *
 * @param metadata opaque to Hawser; null where none was given
 */
public record Session(SessionKey key, UserId owner, Epoch epoch, Instant createdAt, ObjectNode metadata) {}
