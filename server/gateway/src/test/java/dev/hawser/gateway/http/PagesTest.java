package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.gateway.http.FakeExchange.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
    @TempDir
    Path data;
    private ApiKit kit;

    @BeforeEach
    void open() throws IOException {
        kit = new ApiKit(data);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void theChatPageIsAtTheRoot() {
        Answer page = kit.send(new FakeExchange("GET", "/"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.text()).startsWith("<!doctype html>");
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; "
                + "connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'");
        assertThat(kit.send(new FakeExchange("GET", "/?conversationId=x")).status()).isEqualTo(200);
    }

    @Test
    void partsHaveTheirTypesAndTags() {
        Answer script = kit.send(new FakeExchange("GET", "/in-both.js"));
        assertThat(script.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(kit.send(new FakeExchange("GET", "/only.css")).header("Content-Type"))
                .isEqualTo("text/css; charset=utf-8");
        String tag = script.header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{24}\"");
        for (String known : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            Answer same = kit.send(new FakeExchange("GET", "/in-both.js").with("If-None-Match", known));
            assertThat(same.status()).as(known).isEqualTo(304);
            assertThat(same.body()).isEmpty();
            assertThat(same.header("ETag")).isEqualTo(tag);
        }
        assertThat(kit.send(new FakeExchange("GET", "/in-both.js").with("If-None-Match", "\"x\"")).status())
                .isEqualTo(200);
    }

    @Test
    void whatTheBrowserSideWasBuiltIntoComesBeforeThePlainPage() {
        assertThat(kit.send(new FakeExchange("GET", "/in-both.js")).text()).isEqualTo("export const from = \"site\";\n");
        assertThat(kit.send(new FakeExchange("GET", "/site/in-both.js")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../web/index.html", "/..%2f..%2flogback.xml", "/%2e%2e/logback.xml", "/.%2e/logback.xml",
        "/web/../../logback.xml", "/./in-both.js", "//in-both.js", "/in-both.js/", "/in-both.js%00.css", "/..\\logback.xml",
        "/%2e%2e%5clogback.xml", "/logback.xml", "/../dev/hawser/gateway/http/openapi.json", "/.hidden.js",
                "/in-both.js.map",
        "/dev/hawser/gateway/http/Api.class", "/IN-BOTH.JS", "/index.html/..", "/a/b/c/d/e.js", "/~root/x.js",
                "/in-both.js;x"})
    void noPathLeadsElsewhere(String target) {
        assertThat(kit.send(new FakeExchange("GET", target)).status()).isEqualTo(404);
    }
}
