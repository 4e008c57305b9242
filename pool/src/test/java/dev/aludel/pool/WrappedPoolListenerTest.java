package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Rows;
import dev.aludel.testkit.VirtualClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What is told of the loans of another pool, and of their statements.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WrappedPoolListenerTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private final List<String> heard = new ArrayList<>();
    private final LoanListener listener = new LoanListener() {
        @Override
        public void checkedOut(Lent loan) {
            assertThat(loan.owner()).isSameAs(Thread.currentThread());
            assertThat(loan.site()).startsWith("WrappedPoolListenerTest.");
            heard.add("checkedOut " + loan.number() + " " + loan.label());
        }

        @Override
        public void runs(Lent loan, @Nullable String sql, @Nullable String site) {
            assertThat(site).startsWith("WrappedPoolListenerTest.");
            heard.add("runs " + loan.number() + " " + sql);
        }

        @Override
        public void checkedIn(Lent loan, Duration held, Duration inSql, Duration unseen) {
            heard.add("checkedIn " + loan.number() + " " + held.toMillis() + " " + inSql.toMillis() + " "
                    + unseen.toMillis());
        }
    };

    private ExplainedDataSource pool(LoanListener to) {
        return Explained.wrap(
                database.dataSource(),
                settings ->
                        settings.everySite(true).label(() -> "job").listener(to).ticker(clock));
    }

    @Test
    void a_statement_counts_when_it_is_run_and_not_when_it_is_prepared_or_its_rows_are_fetched() throws Exception {
        database.answer("select code from trips", Rows.columns("code").row("A").row("B"));
        try (Connection connection = pool(listener).getConnection();
                PreparedStatement prepared = connection.prepareStatement("select code from trips");
                Statement plain = connection.createStatement()) {
            prepared.setFetchSize(1);
            try (ResultSet rows = prepared.executeQuery()) {
                while (rows.next()) {
                    assertThat(rows.getString(1)).isNotEmpty();
                }
            }
            prepared.executeQuery();
            plain.addBatch("insert into trips values ('canary')");
            plain.addBatch("insert into trips values ('canary')");
            plain.executeBatch();
            plain.execute("delete from trips where code = 'canary'");
        }

        assertThat(heard)
                .containsExactly(
                        "checkedOut 1 job",
                        "runs 1 select code from trips",
                        "runs 1 select code from trips",
                        "runs 1 insert into trips values (?)",
                        "runs 1 delete from trips where code = ?",
                        "checkedIn 1 0 0 0");
    }

    @Test
    void the_end_of_a_loan_tells_what_its_time_went_into() throws Exception {
        ExplainedDataSource pool = pool(listener);
        database.every("execute").runs(() -> clock.advance(ofMillis(3)));
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            clock.advance(ofSeconds(5));
            statement.execute("select 1");
            clock.advance(ofMillis(20));
            assertThat(connection.unwrap(Backend.class).number()).isEqualTo(1);
            clock.advance(ofMillis(700));
        }

        pool.getConnection().close();

        assertThat(heard)
                .containsExactly(
                        "checkedOut 1 job",
                        "runs 1 select ?",
                        "checkedIn 1 5723 3 700",
                        "checkedOut 2 job",
                        "checkedIn 2 0 0 0");
        assertThat(pool.usage())
                .allSatisfy(usage -> assertThat(usage.resetting()).isEqualTo(ZERO));
    }

    @Test
    void one_that_throws_is_ignored() throws Exception {
        ExplainedDataSource pool = pool(new LoanListener() {
            @Override
            public void runs(Lent loan, @Nullable String sql, @Nullable String site) {
                throw new IllegalStateException("a bug");
            }
        });

        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("select 1")).isTrue();
        }

        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(database.statements()).isEqualTo(1);
    }
}
