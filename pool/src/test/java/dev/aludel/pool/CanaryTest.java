package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CanaryTest {
    private static SQLException telling() {
        return new SQLException("password=" + Canary.PASSWORD);
    }

    @Test
    void is_found_in_an_error_its_causes_and_what_was_suppressed() {
        SQLException suppressing = new SQLException("quiet");
        suppressing.addSuppressed(new IllegalStateException("quiet", telling()));

        for (Throwable error : List.of(telling(), new SQLException("quiet", telling()), suppressing)) {
            assertThatThrownBy(() -> Canary.isNotIn(error)).isInstanceOf(AssertionError.class);
        }
        assertThatCode(() -> Canary.isNotIn(new SQLException("quiet", new SQLException("quiet"))))
                .doesNotThrowAnyException();
    }
}
