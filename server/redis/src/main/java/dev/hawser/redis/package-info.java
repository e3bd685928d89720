/** Runs announced on a Redis stream. */
package dev.hawser.redis;
