package dev.aludel.examples.quartz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.SchedulerException;
import org.quartz.listeners.JobListenerSupport;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RemindersTest {
    private final Postgres server = Postgres.shared();
    private final String database = server.createDatabase("reminders");
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(database))
            .name("reminders")
            .size(4)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Reminders reminders = start();

    private Reminders start() {
        try {
            return new Reminders(database, pool);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Quartz brings the script for its tables along.
    @BeforeEach
    void tables() throws IOException, SQLException {
        String place = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";
        try (InputStream script = requireNonNull(Reminders.class.getResourceAsStream(place));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(new String(script.readAllBytes(), UTF_8));
            statement.execute("CREATE TABLE reminded (who text)");
        }
    }

    /// Quartz asked for none of the driver's own objects, so no connection was given up.
    @AfterEach
    void no_connection_is_lent_after_shutdown() throws SchedulerException {
        reminders.close();
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(opened.get());
        pool.close();
    }

    @Test
    void a_job_is_kept_in_tables_fired_and_done() throws Exception {
        reminders.add(Remind.class, "Ada");
        assertThat(values("SELECT job_name FROM qrtz_job_details")).containsExactly("Ada");

        CountDownLatch done = finished(1);
        reminders.start();

        assertThat(done.await(10, TimeUnit.SECONDS)).as("done in time").isTrue();
        reminders.close();
        assertThat(values("SELECT who FROM reminded")).containsExactly("Ada");
        assertThat(values("SELECT job_name FROM qrtz_job_details")).isEmpty();
        assertThat(values("SELECT job_name FROM qrtz_fired_triggers")).isEmpty();
    }

    @Test
    void a_set_of_jobs_of_which_one_is_refused_leaves_nothing_behind() throws Exception {
        reminders.add(Remind.class, "Ada");

        Throwable failure = catchThrowable(() -> reminders.add(Remind.class, "Bo", "Ada"));

        assertThat(failure).isInstanceOf(ObjectAlreadyExistsException.class);
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(opened.get());
        assertThat(values("SELECT job_name FROM qrtz_job_details")).containsExactly("Ada");
    }

    @Test
    void a_job_that_fails_half_way_leaves_nothing_behind() throws Exception {
        reminders.add(Forgetful.class, "Bo");

        CountDownLatch done = finished(1);
        reminders.start();

        assertThat(done.await(10, TimeUnit.SECONDS)).as("done in time").isTrue();
        reminders.close();
        assertThat(values("SELECT who FROM reminded")).isEmpty();
    }

    @Test
    void its_isolation_does_not_reach_the_next_borrower() throws Exception {
        reminders.add(Remind.class, "Ada");

        try (Connection next = pool.getConnection()) {
            assertThat(opened).hasValue(1);
            assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(next.getAutoCommit()).isTrue();
        }
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_quartzs_exception() throws Exception {
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(pool.getConnection());
        }

        Throwable failure = catchThrowable(() -> reminders.add(Remind.class, "Ada"));

        assertThat(Explanation.find(failure))
                .hasValueSatisfying(
                        explanation -> assertThat(explanation.holders()).hasSize(4));
        for (Connection connection : held) {
            connection.close();
        }
    }

    /// Counts down when a job has ended, however it did.
    private CountDownLatch finished(int jobs) throws SchedulerException {
        CountDownLatch latch = new CountDownLatch(jobs);
        reminders.scheduler().getListenerManager().addJobListener(new JobListenerSupport() {
            @Override
            public String getName() {
                return "finished";
            }

            @Override
            public void jobWasExecuted(JobExecutionContext context, @Nullable JobExecutionException failure) {
                latch.countDown();
            }
        });
        return latch;
    }

    private List<String> values(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
