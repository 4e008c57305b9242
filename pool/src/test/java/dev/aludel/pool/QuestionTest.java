package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The time limit of a question to a server.
@DisplayNameGeneration(ReplaceUnderscores.class)
class QuestionTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.000000001S, 1",
        "PT1S, 1",
        "PT1.000000001S, 2",
        "PT2147482.5S, 2147483",
        "PT2147483S, 2147483",
        "PT2147483.1S, 2147483",
        "PT9223372036854775807.999999999S, 2147483"
    })
    void has_whole_seconds_rounded_up_as_many_as_drivers_can_count(Duration limit, int seconds) {
        assertThat(Question.seconds(limit)).isEqualTo(seconds);
    }

    @Test
    void must_be_above_zero_since_that_is_no_limit_to_a_driver() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:", "sa", "")) {
            for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
                assertThatThrownBy(() -> Server.h2().activity(connection, none))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("limit " + none + ": must be above zero");
            }
        }
    }

    @Test
    void may_be_longer_than_any_driver_can_count() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:", "sa", "")) {
            assertThat(Server.h2().activity(connection, Duration.ofSeconds(Long.MAX_VALUE)))
                    .isInstanceOf(ServerView.Seen.class);
        }
    }
}
