package dev.hawser.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueNameTest {

    @Test
    void aNameAloneIsLookedUp() {
        assertThat(QueueName.of("runs.fifo")).isEqualTo(new QueueName("runs.fifo", null, null, null));
    }

    @Test
    void amazonsUrlSaysTheRegion() {
        String url = "https://sqs.eu-central-1.amazonaws.com/123456789012/runs";
        assertThat(QueueName.of(url)).isEqualTo(new QueueName("runs", url, null, "eu-central-1"));
    }

    @Test
    void anotherServersUrlIsWhereItIsReached() {
        String url = "http://localhost:9324/000000000000/runs";
        assertThat(QueueName.of(url)).isEqualTo(new QueueName("runs", url, "http://localhost:9324", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "ftp://host/queue", "http:///queue", "http://host/", "a.fifo.b", "/queue"})
    void otherThingsAreRefused(String where) {
        assertThatThrownBy(() -> QueueName.of(where)).isInstanceOf(IllegalArgumentException.class);
    }
}
