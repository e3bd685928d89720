package dev.hawser.gateway.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeflateTest {
    private static final String AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private final Deflate codec = new Deflate();

    @ParameterizedTest
    @CsvSource(textBlock = """
            true,  permessage-deflate
            true,  permessage-deflate; client_max_window_bits
            true,  permessage-deflate;client_max_window_bits=12
            true,  permessage-deflate; server_no_context_takeover; client_no_context_takeover
            true,  'permessage-deflate; client_max_window_bits="10"'
            false, permessage-deflate; server_max_window_bits=10
            true,  permessage-deflate; server_max_window_bits=10 | permessage-deflate
            false, permessage-deflate; client_max_window_bits=16
            false, permessage-deflate; client_max_window_bits; client_max_window_bits
            false, permessage-deflate; server_no_context_takeover=1
            false, permessage-deflate; unknown
            false, x-webkit-deflate-frame
            false, ;
            false, '; permessage-deflate;'
            false, ''
            """)
    void meetsTheOffersItCan(boolean met, String offers) {
        var answer = Deflate.answer(Arrays.stream(offers.split("\\|")).map(String::strip).toList());
        assertThat(answer.isPresent()).isEqualTo(met);
        answer.ifPresent(agreed -> assertThat(agreed).isEqualTo(AGREED));
    }

    @Test
    void repeatsTheFullWindowWhereItIsAskedFor() {
        assertThat(Deflate.answer(java.util.List.of("permessage-deflate; server_max_window_bits=15")))
                .contains(AGREED + "; server_max_window_bits=15");
    }

    @Test
    void bringsBackWhatItCompressed() throws Exception {
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 100, 8_191, 8_192, 8_193, 100_000}) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            assertThat(codec.inflate(codec.deflate(noise), size)).isEqualTo(noise);
            assertThat(codec.inflate(codec.deflate(new byte[size]), size)).isEqualTo(new byte[size]);
        }
    }

    @Test
    void stopsAtTheBound() {
        byte[] bomb = codec.deflate(new byte[10_000_000]);
        assertThat(bomb).hasSizeLessThan(60_000);
        assertThatThrownBy(() -> codec.inflate(bomb, 9_999_999)).isInstanceOf(Deflate.TooBig.class);
    }
}
