package dev.hawser.core.port;

/**
 * One port, fresh and empty, as a contract suite sees it.
 *
 * @param close ends it and deletes what it kept
 */
public record PortUnderTest<P>(P port, AutoCloseable close) {}
