package dev.hawser.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PresenceRoutesTest extends WithApi {

    private String presence(String session) {
        return kit.send(kit.ann("GET", "/v1/sessions/" + session + "/presence")).text();
    }

    @Test
    void anEventStreamIsAWatcherUntilItEnds() throws Exception {
        String session = kit.session();
        kit.run(session, "hello");
        assertThat(presence(session)).isEqualTo("{\"watchers\":[]}");
        FakeExchange stream = kit.ann("GET", "/v1/sessions/" + session + "/events").with("Accept", "text/event-stream");
        Thread thread = stream.start(kit.api);
        stream.stream().nextData();
        assertThat(presence(session)).isEqualTo("{\"watchers\":[{\"userId\":\"ann\",\"connections\":1}]}");
        assertThat(presence(kit.session())).isEqualTo("{\"watchers\":[]}");
        assertThat(kit.left).isEmpty();
        stream.stream().close();
        thread.join();
        assertThat(presence(session)).isEqualTo("{\"watchers\":[]}");
        assertThat(kit.left).containsExactly("ann acme/" + session);
    }
}
