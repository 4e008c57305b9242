package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.PgBouncer;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is said while statements have no answer, and a PgBouncer is in between.
@DisplayNameGeneration(ReplaceUnderscores.class)
class APausedPoolerTest {
    /// Longer than a test may take: what is to be seen lasts until it was.
    private static final Duration LONGER = Bouncers.PATIENCE.multipliedBy(2);

    /// Runs until nobody has the lock.
    private static final String HELD_UP = "select 1 from pg_advisory_xact_lock(7)";

    @RegisterExtension
    final Bouncers bouncers = new Bouncers();

    /// Statements that run, each on a connection of the pool's, all of which are lent.
    private record Work(Pool pool, List<Checkout> lent, List<Caller<String>> callers) {
        static Work begin(Pool pool, List<Checkout> lent, String sql) {
            List<Caller<String>> callers = new ArrayList<>();
            for (Checkout each : lent) {
                callers.add(Caller.start("statement", () -> Canary.ask(each.connection(), sql)));
            }
            return new Work(pool, lent, callers);
        }

        /// Returns the first explanation that is as wanted. A look may come too late on a slow machine.
        Explanation explained(Predicate<Explanation> wanted) {
            List<Explanation> seen = new ArrayList<>();
            Await.until(
                    () -> {
                        seen.add(pool.explain());
                        return wanted.test(seen.getLast());
                    },
                    Bouncers.PATIENCE,
                    () -> seen.getLast().text());
            Canary.isNotIn(seen.getLast().toString());
            Canary.isNotIn(seen.getLast().text());
            return seen.getLast();
        }

        void ends() throws SQLException {
            callers.forEach(caller -> Await.until(caller::isDone, Bouncers.PATIENCE, () -> "the statements run"));
            assertThat(callers).allSatisfy(caller -> assertThat(caller.result()).isNotEmpty());
            lent.forEach(Checkout::close);
        }
    }

    private static boolean isInPooler(Explanation explanation) {
        return explanation.diagnoses().stream().anyMatch(Diagnosis.Pooler.class::isInstance);
    }

    private static PoolerReport.Queue queue(Explanation explanation) {
        Diagnosis.Pooler pooler = (Diagnosis.Pooler) explanation.diagnoses().getFirst();
        return (PoolerReport.Queue) Objects.requireNonNull(pooler.pooler());
    }

    private static boolean showsNobodyWaiting(Explanation explanation) {
        return explanation.server().pooler() instanceof PoolerReport.Queue queue
                && queue.waiting() == 0
                && queue.serving() == 1
                && !(explanation.diagnoses().getFirst() instanceof Diagnosis.Unknown);
    }

    private PgBouncer bouncer() {
        return bouncers.start(Map.of("query_wait_timeout", "0"));
    }

    private Pool pool(PgBouncer bouncer, int size) {
        return pool(bouncer, size, settings -> settings.poolerConsole(Bouncers.console(bouncer)));
    }

    private Pool pool(PgBouncer bouncer, int size, Consumer<Settings> configure) {
        return bouncers.pool(
                bouncer, settings -> configure.accept(settings.size(size).statementTimeout(LONGER)));
    }

    /// Opens a session of the server itself.
    private Connection outside() throws SQLException {
        return DriverManager.getConnection(Postgres.shared().jdbcUrl(bouncers.database()));
    }

    /// Returns the first explanation that is as wanted while statements are held up.
    private Explanation explainedOfHeldUp(Pool pool, int statements, Predicate<Explanation> wanted)
            throws SQLException {
        Work work;
        Explanation explanation;
        try (Connection outside = outside()) {
            Sql.text(outside, "select pg_advisory_lock(7)");
            work = Work.begin(pool, Pools.checkOut(pool, statements), HELD_UP);
            explanation = work.explained(wanted);
        }
        work.ends();
        return explanation;
    }

    // F22
    @Test
    void that_its_database_is_paused_is_the_cause() throws Exception {
        PgBouncer bouncer = bouncer();
        Pool pool = pool(bouncer, 2);
        List<Checkout> lent = Pools.checkOut(pool, 2);
        bouncer.pause(bouncers.database());
        Work work = Work.begin(pool, lent, "select 1");

        Explanation explanation = work.explained(APausedPoolerTest::isInPooler);
        bouncer.resume(bouncers.database());

        assertThat(queue(explanation))
                .satisfies(queue -> assertThat(queue.paused()).isTrue())
                .satisfies(queue -> assertThat(queue.waiting()).isEqualTo(2))
                .satisfies(queue -> assertThat(queue.serving()).isZero());
        assertThat(explanation.text())
                .contains("a pooler in between is paused; of all clients 2 wait in it")
                .contains("end the pause (PgBouncer: RESUME)");
        work.ends();
    }

    // F22
    @Test
    void that_all_of_it_is_paused_looks_as_if_it_had_no_session() throws Exception {
        PgBouncer bouncer = bouncer();
        Pool pool = pool(bouncer, 1);
        List<Checkout> lent = Pools.checkOut(pool, 1);
        bouncer.pause();
        Work work = Work.begin(pool, lent, "select 1");

        Explanation explanation = work.explained(APausedPoolerTest::isInPooler);
        bouncer.resume();

        assertThat(queue(explanation).serving()).isZero();
        assertThat(explanation.text()).containsAnyOf("it is paused, or cannot reach the server", "is paused; of all");
        work.ends();
    }

    @Test
    void that_it_has_too_few_sessions_is_the_cause() throws Exception {
        PgBouncer bouncer = bouncer();

        Explanation explanation = explainedOfHeldUp(pool(bouncer, 3), 3, APausedPoolerTest::isInPooler);

        assertThat(queue(explanation).paused()).isFalse();
        assertThat(explanation.text())
                .contains("a pooler in between has too few sessions; of all clients ")
                .contains("default_pool_size");
    }

    // a near miss
    @Test
    void a_slow_statement_that_it_has_given_a_session_is_not_said_to_wait_in_it() throws Exception {
        PgBouncer bouncer = bouncer();

        Explanation explanation = explainedOfHeldUp(pool(bouncer, 1), 1, APausedPoolerTest::showsNobodyWaiting);

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.InDatabase.class);
        assertThat(explanation.text()).contains("behind a pooler its sessions cannot be told to be the pool's");
    }

    // F22: its sessions may as well be busy, with this pool's statements, too
    @Test
    void without_its_console_it_is_said_that_it_does_not_answer_a_new_client() throws Exception {
        PgBouncer bouncer = bouncer();
        Pool pool = pool(bouncer, 1, settings -> {});
        List<Checkout> lent = Pools.checkOut(pool, 1);
        bouncer.pause();
        Work work = Work.begin(pool, lent, "select 1");

        Explanation explanation =
                work.explained(said -> said.text().contains("a new client of it had no answer in time"));
        bouncer.resume();

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.InDatabase.class);
        work.ends();
    }

    // a near miss
    @Test
    void without_its_console_nothing_is_said_of_it_while_it_answers() throws Exception {
        Pool pool = pool(bouncers.start(Map.of("default_pool_size", "2")), 1, settings -> {});

        Explanation explanation = explainedOfHeldUp(
                pool,
                1,
                said -> said.server().gaps().size() == 1
                        && said.server().gaps().getFirst().contains("behind a pooler")
                        && !(said.diagnoses().getFirst() instanceof Diagnosis.Unknown));

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.InDatabase.class);
    }

    @Test
    void a_console_that_refuses_is_told_of_and_nothing_is_claimed() throws Exception {
        PgBouncer bouncer = bouncer();
        Pool pool = pool(
                bouncer,
                1,
                settings -> settings.poolerConsole(() -> {
                    throw new SQLException("secret", "28P01");
                }));
        List<Checkout> lent = Pools.checkOut(pool, 1);
        bouncer.pause();
        Work work = Work.begin(pool, lent, "select 1");

        Explanation explanation =
                work.explained(said -> said.text().contains("its console could not be asked (SQLException 28P01)"));
        bouncer.resume();

        assertThat(explanation.text()).doesNotContain("secret");
        assertThat(explanation.diagnoses()).noneMatch(Diagnosis.Pooler.class::isInstance);
        work.ends();
    }
}
