package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE", "X-UTF-32LE-BOM"})
    void otherEncodingsAreNotGuessed(String encoding) {
        assertThatIOException().isThrownBy(() -> Json.parse("{\"a\":1}".getBytes(Charset.forName(encoding))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeff{}", "\0", "\0\0\0\0{}", "{\0}", ""})
    void whatIsNoJsonIsNoJson(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            assertThat(Json.parse(bytes).isMissingNode()).isTrue();
        } else {
            assertThatIOException().isThrownBy(() -> Json.parse(bytes));
        }
    }

    @Test
    void shortTextsAreRead() throws IOException {
        assertThat(Json.parse(new byte[] {'7'}).intValue()).isEqualTo(7);
        assertThat(Json.parse("\"\u00e4\"".getBytes(StandardCharsets.UTF_8)).textValue()).isEqualTo("\u00e4");
    }
}
