package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.example.Callers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A thread that has a connection is refused a second one (reliability: F37).
@DisplayNameGeneration(ReplaceUnderscores.class)
class StrictPoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @RegisterExtension
    final Pools pools = new Pools();

    private final Pool pool =
            pools.pool(settings -> settings.size(4).name("trips").strict(true));

    @Test
    void refuses_a_thread_that_has_one_a_second_and_names_both_lines() throws SQLException {
        try (Checkout first = Callers.gets(pool, "GET /holds", PATIENCE)) {
            AlreadyCheckedOutException refusal =
                    catchThrowableOfType(AlreadyCheckedOutException.class, () -> Callers.gets(pool, "audit", PATIENCE));

            assertThat(refusal.getMessage())
                    .matches("Pool 'trips' \\(strict\\) lends a thread one connection: this one has trips#1 for"
                            + " GET /holds at Callers\\.gets\\(Callers\\.java:\\d+\\), and wants another for audit at"
                            + " Callers\\.gets\\(Callers\\.java:\\d+\\); hand the first on, or check it in before");
            assertThat(refusal.getSQLState()).isEqualTo("HY010");
            assertThat(refusal.explanation().holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.label()).isEqualTo(first.label()));
        }
    }

    @Test
    void lends_it_another_when_the_first_is_back() throws SQLException {
        Callers.gets(pool, "first", PATIENCE).close();

        Callers.gets(pool, "second", PATIENCE).close();
    }

    @Test
    void lends_another_thread_one_beside() throws SQLException {
        Checkout mine = Callers.gets(pool, "mine", PATIENCE);
        Caller.start("other", () -> Callers.gets(pool, "other", PATIENCE))
                .result()
                .close();
        mine.close();
    }

    /// It may belong to that one now.
    @Test
    void lends_another_to_a_thread_whose_connection_another_has_used() throws SQLException {
        Checkout handedOn = Callers.gets(pool, "handed on", PATIENCE);
        Caller.start("goes on with it", () -> {
                    Sql.run(handedOn.connection(), "select 1");
                    return true;
                })
                .result();

        Callers.gets(pool, "next", PATIENCE).close();
        handedOn.close();
    }

    @Test
    void is_an_option() throws SQLException {
        Pool lenient = pools.pool(settings -> settings.size(2));
        try (Checkout first = Callers.gets(lenient, "first", PATIENCE);
                Checkout second = Callers.gets(lenient, "second", PATIENCE)) {
            assertThat(first.connection()).isNotSameAs(second.connection());
        }
    }

    @Test
    void refuses_what_is_neither_true_nor_false() {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.url", "jdbc:h2:mem:x", "aludel.pool.strict", "maybe")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strict");
    }
}
