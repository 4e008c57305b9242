package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// That a pooler does not answer is said only of one that had the time.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolerLookTest {
    private static final String UNANSWERED = "a new client of it had no answer in time";
    private static final Duration LONG = ServerLook.BUDGET.dividedBy(2);

    @RegisterExtension
    final Pools pools = new Pools();

    private final FakeDatabase database = new FakeDatabase();

    private interface Answer {
        void come(Connection connection) throws SQLException;
    }

    private static Server server(Answer answer) {
        return new Server() {
            @Override
            public String name() {
                return "PostgreSQL";
            }

            @Override
            public @Nullable ServerSession session(Connection connection) throws SQLException {
                answer.come(connection);
                return null;
            }
        };
    }

    private Config config() {
        return new Settings()
                .connections(database::connect)
                .scheduling(pools.scheduling())
                .pooler(Pooler.SESSION)
                .config();
    }

    private String report(Answer answer) {
        Config config = config();
        PoolerWatch watch = new PoolerWatch(config, LoggerFactory.getLogger(PoolerLookTest.class));
        return text(new PoolerLook(config, watch, config.scheduling()).report(server(answer)));
    }

    private static String text(ServerReport report) {
        return String.join("; ", report.gaps());
    }

    @Test
    void a_question_that_had_no_answer_in_time_is_told() {
        assertThat(report(connection -> {
                    throw new SQLException("cut", "08006", new SocketTimeoutException("Read timed out"));
                }))
                .contains(UNANSWERED);
    }

    @Test
    void an_answer_says_nothing_of_it() {
        assertThat(report(connection -> {})).doesNotContain("a new client").contains("behind a pooler");
    }

    @Test
    void a_login_that_took_long_and_was_refused_is_an_error() {
        database.next("connect").runs(() -> pools.clock.advance(LONG)).fails("28P01");

        assertThat(report(connection -> {}))
                .contains("a connection to try it failed (SQLException 28P01)")
                .doesNotContain(UNANSWERED);
    }

    @Test
    void so_is_a_question_that_failed_after_a_long_login() {
        database.next("connect").runs(() -> pools.clock.advance(LONG));

        assertThat(report(connection -> {
                    throw new SQLException("no", "42501");
                }))
                .contains("a connection to try it failed (SQLException 42501)")
                .doesNotContain(UNANSWERED);
    }

    @Test
    void a_look_that_has_just_begun_does_not_tell_of_a_pooler_that_does_not_answer() {
        Gate asked = database.next("getCatalog").hangs();
        Looking looking = new Looking(server(connection -> connection.getCatalog()));

        looking.look.begin(looking.now());
        asked.awaitHanging(1);
        String atOnce = looking.seen();
        pools.clock.advance(LONG);
        String later = looking.seen();
        asked.open();

        assertThat(atOnce).doesNotContain(UNANSWERED).contains("whether it answers a new client was not known in time");
        assertThat(later).contains(UNANSWERED);
    }

    /// Looks in the pool's own time.
    private final class Looking {
        private final Config config = config();
        final ServerLook look;

        Looking(Server server) {
            Supplier<Server> known = () -> server;
            PoolerWatch watch = new PoolerWatch(config, LoggerFactory.getLogger(PoolerLookTest.class));
            look = new ServerLook(config, new Lending(config.scheduling()), known, watch, now -> false);
        }

        long now() {
            return config.scheduling().now();
        }

        String seen() {
            return text(look.seen(now()));
        }
    }
}
