package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A real PostgreSQL is stopped (SIGSTOP), all of its processes, and goes on later: a machine that is
/// moved, or has no memory left. (F25)
@DisplayNameGeneration(ReplaceUnderscores.class)
class APausedServerTest {
    @RegisterExtension
    final Canary canary = new Canary();

    /// The processes of a server, which stand still until it is closed.
    private static final class Pause implements AutoCloseable {
        private final ProcessHandle postmaster;

        Pause(long backend) throws IOException {
            postmaster = ProcessHandle.of(backend).orElseThrow().parent().orElseThrow();
            signal("-STOP");
        }

        private void signal(String signal) throws IOException {
            List<String> command = new ArrayList<>(List.of("kill", signal));
            Stream.concat(Stream.of(postmaster), postmaster.children())
                    .forEach(each -> command.add(String.valueOf(each.pid())));
            new ProcessBuilder(command).inheritIO().start().onExit().join(); // one may have ended meanwhile
        }

        @Override
        public void close() throws IOException {
            signal("-CONT");
        }
    }

    private Pool pool(Postgres server) {
        String url = server.jdbcUrl("postgres").replaceFirst("\\?.*", "");
        return canary.watch(Pool.of(settings -> settings.name("trips")
                .url(url)
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .size(2)
                .connectTimeout(ofSeconds(1))
                .statementTimeout(ofSeconds(1))
                .socketTimeout(ofSeconds(2))));
    }

    private static long backend(Connection connection) throws SQLException {
        return Long.parseLong(ProxiedPostgres.ask(connection, "select pg_backend_pid()"));
    }

    @Test
    void frees_all_callers_and_its_late_answers_reach_nobody() throws Exception {
        try (Postgres server = Postgres.start()) {
            Canary.nest(server);
            try (Pool pool = pool(server)) {
                Connection first = pool.getConnection();
                Connection second = pool.getConnection();
                List<Long> before = List.of(backend(first), backend(second));
                Caller<String> early =
                        Caller.start("early", () -> ProxiedPostgres.ask(first, "select 'early' from pg_sleep(0.5)"));
                Await.until(() -> isRunning(server), () -> "the statement runs");

                try (Pause pause = new Pause(before.get(0))) {
                    canary.look(pause);
                    Caller<String> late = Caller.start("late", () -> ProxiedPostgres.ask(second, "select 'late'"));
                    PoolTimeoutException waiter = (PoolTimeoutException)
                            canary.thrown(catchThrowable(() -> pool.checkOut("waiter", ofMillis(300))));
                    assertThat(waiter.explanation().diagnoses())
                            .singleElement()
                            .isInstanceOfSatisfying(
                                    Diagnosis.InDatabase.class,
                                    found -> assertThat(found.notSeen()).isNotEmpty());

                    for (Caller<String> each : List.of(early, late)) {
                        assertThat(canary.thrown(each.failure()))
                                .isInstanceOfSatisfying(
                                        SQLException.class,
                                        error -> assertThat(error.getSQLState()).startsWith("08"));
                    }
                    first.close();
                    second.close();
                    assertThat(canary.thrown(catchThrowable(pool::getConnection)))
                            .as("while nobody can connect")
                            .isInstanceOf(ConnectFailedException.class)
                            .hasMessageContaining("there was no answer in time");
                }

                for (int i = 0; i < 20; i++) {
                    for (Checkout checkout : Pools.checkOut(pool, 2)) {
                        Connection connection = checkout.connection();
                        assertThat(ProxiedPostgres.ask(connection, "select 'answer " + i + "'"))
                                .isEqualTo("answer " + i);
                        assertThat(before).doesNotContain(backend(connection));
                        checkout.close();
                    }
                }
            }
        }
    }

    private static boolean isRunning(Postgres server) {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            return ProxiedPostgres.ask(
                            connection,
                            "select count(*) from pg_stat_activity where state = 'active' and query like '%early%pg_sleep%'"
                                    + " and pid <> pg_backend_pid()")
                    .equals("1");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
