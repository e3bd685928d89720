package dev.hawser.core.port;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contract suites of a single port share: a fresh one for each test. */
abstract class PortContract<P> {
    P port;
    private PortUnderTest<P> underTest;

    /** A fresh, empty adapter. */
    protected abstract PortUnderTest<P> open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        underTest = open();
        port = underTest.port();
    }

    @AfterEach
    void end() throws Exception {
        underTest.close().close();
    }
}
