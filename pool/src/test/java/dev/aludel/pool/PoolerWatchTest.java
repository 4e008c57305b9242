package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/// What the first connection tells of a pooler in between, and what it costs if it tells nothing.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolerWatchTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged log = new Logged();

    private final FakeDatabase database = new FakeDatabase();

    /// Says how a server answers which session serves a connection.
    private interface Answer {
        @Nullable
        ServerSession to(Connection connection, int time) throws SQLException;
    }

    /// A PostgreSQL of which each client was told number 1.
    private static final class Postgres implements Server {
        private final Answer answer;
        private final Map<Connection, Integer> times = new ConcurrentHashMap<>();
        private final AtomicInteger asked = new AtomicInteger();

        Postgres(Answer answer) {
            this.answer = answer;
        }

        @Override
        public String name() {
            return "PostgreSQL";
        }

        @Override
        public OptionalLong backendId(Connection connection) {
            return OptionalLong.of(1);
        }

        @Override
        public @Nullable ServerSession session(Connection connection) throws SQLException {
            asked.incrementAndGet();
            return answer.to(connection, times.merge(connection, 1, Integer::sum));
        }
    }

    private static ServerSession session(long id) {
        return new ServerSession(id, "today");
    }

    private PoolerWatch watch(Consumer<Settings> configure) {
        Settings settings = new Settings().connections(database::connect).scheduling(pools.scheduling());
        configure.accept(settings);
        return new PoolerWatch(settings.config(), LoggerFactory.getLogger("dev.aludel.pool.QueuePool"));
    }

    private PoolerWatch watch() {
        return watch(settings -> {});
    }

    private Connection opened() throws SQLException {
        return database.connect();
    }

    private static void meet(PoolerWatch watch, Connection opened, Server server) throws SQLException {
        watch.meet(opened, server, server.backendId(opened));
    }

    @Test
    void two_connections_that_share_a_session_tell_of_a_pooler_that_shares_them() throws Exception {
        PoolerWatch watch = watch();

        meet(watch, opened(), new Postgres((connection, time) -> session(7)));

        assertThat(watch.isBetween()).isTrue();
        assertThat(watch.sharesSessions()).isTrue();
    }

    @Test
    void two_that_keep_a_session_each_tell_of_one_that_does_not() throws Exception {
        PoolerWatch watch = watch();
        Connection first = opened();

        meet(watch, first, new Postgres((connection, time) -> session(connection.equals(first) ? 7 : 8)));

        assertThat(watch.isBetween()).isTrue();
        assertThat(watch.sharesSessions()).isFalse();
    }

    // a near miss
    @Test
    void a_server_that_does_not_show_the_first_ones_session_again_tells_nothing() throws Exception {
        PoolerWatch watch = watch();
        Connection first = opened();

        meet(
                watch,
                first,
                new Postgres(
                        (connection, time) -> !connection.equals(first) ? session(8) : time > 1 ? null : session(7)));

        assertThat(watch.isBetween()).isTrue();
        assertThat(watch.sharesSessions()).isFalse();
    }

    @Test
    void connections_that_are_opened_beside_the_first_wait_for_what_it_tells() throws Exception {
        PoolerWatch watch = watch();
        Gate asked = database.next("getCatalog").hangs();
        Connection first = opened();
        Server server = new Postgres((connection, time) -> {
            if (connection.equals(first) && time == 1) {
                connection.getCatalog();
            }
            return session(7);
        });
        Caller<Boolean> looks = Caller.start("looks", () -> meets(watch, first, server));
        asked.awaitHanging(1);

        Connection second = opened();
        Caller<Boolean> beside = Caller.start("beside", () -> meets(watch, second, server));
        pools.clock.awaitParked(beside.thread());
        asked.open();

        assertThat(looks.result()).isTrue();
        assertThat(beside.result()).isTrue();
    }

    @Test
    void they_do_not_wait_for_long() throws Exception {
        PoolerWatch watch = watch();
        Gate asked = database.next("getCatalog").hangs();
        Connection first = opened();
        Server server = new Postgres((connection, time) -> {
            connection.getCatalog();
            return session(7);
        });
        Caller<Boolean> looks = Caller.start("looks", () -> meets(watch, first, server));
        asked.awaitHanging(1);

        Connection second = opened();
        Caller<Boolean> beside = Caller.start("beside", () -> meets(watch, second, server));
        pools.clock.awaitParked(beside.thread());
        pools.clock.advance(Duration.ofNanos(PoolerWatch.PATIENCE));

        assertThat(beside.result()).isFalse();
        asked.open();
        assertThat(looks.result()).isTrue();
    }

    private static boolean meets(PoolerWatch watch, Connection opened, Server server) throws SQLException {
        meet(watch, opened, server);
        return watch.sharesSessions();
    }

    @Test
    void a_server_whose_answer_breaks_costs_no_connection() throws Exception {
        PoolerWatch watch = watch();
        Connection first = opened();
        Postgres server = new Postgres((connection, time) -> {
            throw new IllegalStateException("a fault of its author's");
        });

        assertThatCode(() -> meet(watch, first, server)).doesNotThrowAnyException();
        meet(watch, opened(), server);

        assertThat(server.asked).as("questions").hasValue(1);
    }

    @Test
    void that_there_is_no_thread_for_a_second_connection_costs_none_either() throws Exception {
        PoolerWatch watch = watch(settings -> {
            Scheduling normal = pools.scheduling();
            settings.scheduling(new Scheduling(
                    normal.ticker(),
                    normal.park(),
                    normal.unpark(),
                    task -> {
                        throw new RejectedExecutionException("no thread");
                    },
                    normal.random(),
                    normal.near()));
        });
        Connection first = opened();

        assertThatCode(() -> meet(watch, first, new Postgres((connection, time) -> session(7))))
                .doesNotThrowAnyException();

        assertThat(watch.isBetween()).isTrue();
        assertThat(watch.sharesSessions()).isFalse();
    }

    @Test
    void a_server_that_hangs_up_on_the_question_is_not_asked_for_ever() throws Exception {
        PoolerWatch watch = watch();
        Postgres server = new Postgres((connection, time) -> {
            throw new SQLException("gone", "08006");
        });
        for (int i = 0; i < 3; i++) {
            Connection lost = opened();
            assertThatThrownBy(() -> meet(watch, lost, server)).hasMessage("gone");
        }
        Connection later = opened();

        assertThatCode(() -> meet(watch, later, server)).doesNotThrowAnyException();
        assertThat(server.asked).as("questions").hasValue(3);
    }

    @Test
    void one_that_was_lost_leaves_the_question_to_the_next() throws Exception {
        PoolerWatch watch = watch();
        Connection lost = opened();
        Server server = new Postgres((connection, time) -> {
            if (connection.equals(lost)) {
                throw new SQLException("gone", "08006");
            }
            return session(7);
        });
        assertThatThrownBy(() -> meet(watch, lost, server)).hasMessage("gone");

        meet(watch, opened(), server);

        assertThat(watch.sharesSessions()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"SET work_mem = '5MB', 1", "SELECT 1, 0"})
    void what_the_pool_itself_sets_in_sessions_that_are_shared_is_told_of_once(String sql, int told) throws Exception {
        PoolerWatch watch =
                watch(settings -> settings.origin().preparation(new NewConnection(false, null, null, null, sql)));
        Server server = new Postgres((connection, time) -> session(7));

        meet(watch, opened(), server);
        meet(watch, opened(), server);

        assertThat(log.lines(Level.WARN).stream()
                        .filter(line -> line.contains("connectionInitSql sets each new connection")))
                .hasSize(told);
    }

    @Test
    void who_says_that_there_is_one_before_a_server_of_another_kind_is_told_that_it_does_not_count() throws Exception {
        try (Pool pool = Pool.of(settings ->
                settings.url("jdbc:h2:mem:pooled").name("trips").size(1).pooler(Pooler.TRANSACTION))) {
            try (Connection connection = pool.getConnection()) {
                Sql.run(connection, "SET @seats = 7");
            }

            try (Connection connection = pool.getConnection()) {
                assertThat(Sql.text(connection, "SELECT COALESCE(@seats, 0)")).isEqualTo("0");
            }
        }
        assertThat(log.lines()).anyMatch(line -> line.contains("pooler TRANSACTION is not heeded"));
    }
}
