package dev.hawser.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.kit.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The enums of codes say what {@code protocol/codes.json} says. */
class CatalogueTest {
    private final JsonNode catalogue = Protocol.json("codes.json");

    private List<JsonNode> list(String name) {
        return StreamSupport.stream(catalogue.get(name).spliterator(), false).toList();
    }

    @Test
    void theErrorsAreTheSame() {
        assertThat(list("errors")).extracting(error -> error.get("code").textValue())
                .containsExactly(Arrays.stream(Code.values()).map(Enum::name).toArray(String[]::new));
        assertThat(catalogue.get("categories")).extracting(JsonNode::textValue).containsExactly(
                Arrays.stream(Code.Category.values()).map(Code.Category::wire).toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void anErrorIsDescribedTheSame(Code code) {
        JsonNode error = list("errors").get(code.ordinal());
        assertThat(code.category().wire()).isEqualTo(error.get("category").textValue());
        assertThat(code.httpStatus()).isEqualTo(error.get("httpStatus").intValue());
        assertThat(code.retryable()).isEqualTo(error.get("retryable").booleanValue());
        assertThat(code.message()).isEqualTo(error.get("message").textValue());
    }

    @Test
    void theClosesThatAreSentAreTheSame() {
        assertThat(list("closes").stream().filter(close -> close.path("sent").asBoolean(true))
                .map(close -> close.get("code").intValue() + " " + close.get("name").textValue()))
                .containsExactly(Arrays.stream(CloseCode.values())
                        .map(close -> close.code() + " " + close.name()).toArray(String[]::new));
    }

    @Test
    void everyErrorThatClosesNamesACloseThatIsThere() {
        assertThat(list("errors").stream().filter(error -> error.has("closeCode"))
                .map(error -> error.get("closeCode").intValue()))
                .isSubsetOf(Arrays.stream(CloseCode.values()).map(CloseCode::code).toList());
    }
}
