package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.servers.PgBouncer;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A pooler lets its clients queue for a session, and gives some up. (F24)
@DisplayNameGeneration(ReplaceUnderscores.class)
class APoolersQueueTest {
    /// Where nobody listens.
    private static final int NO_SERVER = 1;

    @RegisterExtension
    final Bouncers bouncers = new Bouncers();

    @Test
    void a_statement_that_was_given_up_is_seen_by_the_next_explanation() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of("query_wait_timeout", "2"));
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(1));
        try (Checkout queued = pool.checkOut("queued");
                Connection blocker = DriverManager.getConnection(bouncer.jdbcUrl(bouncers.database()))) {
            blocker.setAutoCommit(false);
            Sql.text(blocker, "select 1"); // it has the only session

            Throwable error = bouncers.canary.thrown(catchThrowable(() -> Canary.ask(queued.connection(), "select 1")));

            assertThat(error).isInstanceOf(SQLException.class).hasMessageContaining("query_wait_timeout");
            assertThat(pool.explain().server().pooler()).isInstanceOfSatisfying(PoolerReport.ThrownOut.class, lost -> {
                assertThat(lost.statements()).isOne();
                assertThat(lost.waited()).isGreaterThan(Duration.ofSeconds(1));
            });
        }
    }

    @Test
    void a_statement_that_fails_otherwise_is_not() throws Exception {
        Pool pool = bouncers.pool(bouncers.start(Map.of()), settings -> settings.size(1));
        try (Checkout checkout = pool.checkOut("wrong")) {
            assertThat(bouncers.canary.thrown(catchThrowable(() -> Canary.ask(checkout.connection(), "select 1 / 0"))))
                    .isInstanceOf(SQLException.class);

            assertThat(pool.explain().server().pooler()).isNull();
        }
    }

    /// A wait of three seconds for two connections, of which 5 of 6 connection-seconds were spent in SQL.
    @ParameterizedTest
    @CsvSource({"2600, true", "2400, false"})
    void what_was_given_up_is_the_cause_from_half_of_the_time_in_sql_on(long waitedMillis, boolean isCause) {
        ServerReport server = ServerReport.unseen("it was not asked")
                .with(new PoolerReport.ThrownOut(2, Duration.ofMillis(waitedMillis)));
        SqlVerdict verdict = new SqlVerdict(
                6,
                5,
                List.of(),
                3,
                Confidence.CERTAIN,
                List.of(),
                1,
                new Course(3, 2, 0, 0, 0, Duration.ZERO, Double.NaN, true, true, null),
                server,
                ServerWords.POSTGRESQL);

        assertThat(verdict.diagnoses())
                .singleElement()
                .isInstanceOf(isCause ? Diagnosis.Pooler.class : Diagnosis.InDatabase.class);
    }

    @Test
    void a_connect_that_waits_in_it_in_vain_is_told_as_that() throws Exception {
        PgBouncer bouncer = bouncers.start(NO_SERVER, Map.of("query_wait_timeout", "1"));
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(1));

        assertThat(connecting(pool).getMessage())
                .contains("a pooler answers, and has no session of the server to give in time");
    }

    @Test
    void one_that_takes_no_more_clients_is_told_as_that() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of("max_client_conn", "0"));
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(1));

        assertThat(connecting(pool).getMessage()).contains("a pooler takes no more clients");
    }

    @Test
    void the_server_is_not_asked_about_one_that_takes_no_more_clients() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of("max_client_conn", "1"));
        Pool pool = bouncers.pool(bouncer, settings -> settings.size(2).pooler(Pooler.TRANSACTION));
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> next = Caller.start("next", () -> pool.checkOut("next"));
        Await.until(
                () -> isToldOfClients(pool),
                Bouncers.PATIENCE,
                () -> pool.explain().text());

        assertThat(((QueuePool) pool).growth().crowd().wantsLook()).isFalse();

        holder.close();
        Await.until(next::isDone, Bouncers.PATIENCE, () -> pool.snapshot().toString());
        next.result().close();
    }

    private static boolean isToldOfClients(Pool pool) {
        return pool.explain().diagnoses().getFirst() instanceof NotConnected.PoolerFull;
    }

    private ConnectFailedException connecting(Pool pool) {
        return bouncers.canary.thrown(catchThrowableOfType(ConnectFailedException.class, pool::getConnection));
    }
}
