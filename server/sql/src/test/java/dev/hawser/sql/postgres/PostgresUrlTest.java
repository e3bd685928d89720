package dev.hawser.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.core.port.StoreException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            postgresql://app:pw@db:5432/hawser         | app  | pw    | db:5432/hawser    | jdbc:postgresql://db:5432/hawser
            postgres://app:pw@db/hawser                | app  | pw    | db/hawser         | jdbc:postgresql://db/hawser
            postgresql://app@db/hawser                 | app  | -     | db/hawser         | jdbc:postgresql://db/hawser
            postgresql://a%40b:p%3A%2F%40+x@db/hawser  | a@b  | p:/@+x | db/hawser        | jdbc:postgresql://db/hawser
            postgresql://app:a:b@db/hawser             | app  | a:b   | db/hawser         | jdbc:postgresql://db/hawser
            postgresql://app:pw@[::1]:5432/hawser      | app  | pw    | [::1]:5432/hawser | jdbc:postgresql://[::1]:5432/hawser
            postgresql://app:pw@a:1,b:2/hawser         | app  | pw    | a:1,b:2/hawser    | jdbc:postgresql://a:1,b:2/hawser
            postgresql://db/hawser?user=app&password=pw | app | pw    | db/hawser         | jdbc:postgresql://db/hawser
            postgresql://app:pw@db/a%3Fb               | app  | pw    | db/a?b            | jdbc:postgresql://db/a%3Fb
            """)
    void itsPartsAreTold(String text, String user, String password, String shown, String jdbc) {
        PostgresUrl url = PostgresUrl.parse(text);
        assertThat(url.user()).isEqualTo(user);
        assertThat(url.properties().getProperty("password")).isEqualTo(password);
        assertThat(url).hasToString(shown);
        assertThat(url.jdbc()).isEqualTo(jdbc);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://app:hunter2@/db", "postgresql://app:hunter2@db", "postgresql://app:hunter2@db/",
        "mysql://app:hunter2@db/x", "postgresql://app:hunter2%zz@db/x", "postgresql://:hunter2@db/x", "postgresql://db/x", ""})
    void whatIsNoneIsRefusedWithoutBeingRepeated(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text)).isInstanceOf(StoreException.class)
                .hasMessageContaining("PostgreSQL URL").hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://app:pw@db/hawser?sslmode=verify-full&connectTimeout=7",
        "postgresql://app:pw@db/hawser?connectTimeout=7&sslmode=verify%2Dfull"})
    void parametersAreTheDrivers(String text) {
        assertThat(PostgresUrl.parse(text).properties()).containsEntry("sslmode", "verify-full")
                .containsEntry("connectTimeout", "7");
    }
}
