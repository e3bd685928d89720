package dev.hawser.gateway.http;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A fresh HTTP side for each test. */
abstract class WithApi {
    @TempDir
    Path data;
    ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
    }

    @AfterEach
    void close() {
        kit.close();
    }
}
