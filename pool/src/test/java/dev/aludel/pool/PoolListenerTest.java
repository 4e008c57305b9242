package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolListenerTest {
    @RegisterExtension
    final Pools pools = new Pools();

    /// Writes each event down as a line.
    private static final class Diary implements PoolListener {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void connected(String connection) {
            lines.add("connected " + connection);
        }

        @Override
        public void checkedOut(String connection, @Nullable String label) {
            lines.add("checkedOut " + connection + " " + label);
        }

        @Override
        public void reset(String connection, boolean inTransaction) {
            lines.add("reset " + connection + (inTransaction ? " in transaction" : ""));
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            lines.add("checkedIn " + connection + " " + label);
        }

        @Override
        public void invalidated(String connection, @Nullable Throwable reason) {
            lines.add("invalidated " + connection + " " + (reason == null ? "" : reason.getMessage()));
        }

        @Override
        public void invalidatedSoftly(String connection, @Nullable Throwable reason) {
            lines.add("invalidatedSoftly " + connection + (reason == null ? "" : " " + reason.getMessage()));
        }

        @Override
        public void closed(String connection) {
            lines.add("closed " + connection);
        }

        @Override
        public void waiting(@Nullable String label) {
            lines.add("waiting " + label);
        }

        @Override
        public void timedOut(PoolTimeoutException timeout) {
            lines.add("timedOut " + timeout.explanation().waited());
        }

        @Override
        public void refused(PoolOverloadedException refusal) {
            lines.add("refused " + Thread.currentThread().getName());
        }
    }

    private final Diary diary = new Diary();

    private Pool heard() {
        return pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(1).maxOverflow(0).name("trips").listener(diary));
    }

    @Test
    void hears_of_a_loan_from_connect_to_check_in() throws Exception {
        // connection-model rows 14, 16 and 17
        Pool pool = heard();
        pool.checkOut("GET /trips").close();
        pool.checkOut(null).close();

        assertThat(diary.lines)
                .containsExactly(
                        "waiting GET /trips",
                        "connected trips#1",
                        "checkedOut trips#1 GET /trips",
                        "reset trips#1",
                        "checkedIn trips#1 GET /trips",
                        "checkedOut trips#1 null",
                        "reset trips#1",
                        "checkedIn trips#1 null");
    }

    @Test
    void hears_that_a_transaction_was_left_open() throws Exception {
        Checkout lent = heard().checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");

        lent.close();

        assertThat(diary.lines).contains("reset trips#1 in transaction");
    }

    @Test
    void hears_whether_one_was_left_open_before_it_is_ended() throws Exception {
        // connection-model row 55: the model has rolled back by then if its own connection object is closed
        List<String> heard = new CopyOnWriteArrayList<>();
        PoolListener listener = new PoolListener() {
            @Override
            public void reset(String connection, boolean inTransaction) {
                heard.add(inTransaction + " " + pools.database.rollbacks());
            }
        };
        Pool pool =
                pools.pool(Settings.sqlalchemy(), settings -> settings.size(1).listener(listener));
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");
        lent.close();
        pool.checkOut(null).close();

        assertThat(heard).containsExactly("true 0", "false 1");
        assertThat(pools.database.rollbacks()).isEqualTo(1);
    }

    @Test
    void hears_of_each_pool_that_is_built_with_it_while_the_others_go_on() throws Exception {
        // connection-model rows 13 and 23: the model makes a pool anew; here the same settings build another
        Settings settings = Settings.sqlalchemy().size(1).maxOverflow(0).listener(diary);
        Pool first = pools.pool(settings, given -> given.name("first"));
        Checkout before = first.checkOut("before");
        Pool second = pools.pool(settings, given -> given.name("second"));
        Checkout after = second.checkOut("after");
        diary.lines.clear();

        before.close();
        after.close();

        assertThat(diary.lines)
                .containsExactly(
                        "reset first#1", "checkedIn first#1 before", "reset second#1", "checkedIn second#1 after");
    }

    @Test
    void hears_of_an_invalidation_with_its_reason() throws Exception {
        // connection-model row 19
        Pool pool = heard();
        Checkout lent = pool.checkOut("job");
        lent.invalidate(new SQLException("cut off", "08006"));
        lent.close();
        Pools.settle(pool);

        assertThat(diary.lines.subList(3, diary.lines.size()))
                .containsExactly("invalidated trips#1 cut off", "checkedIn trips#1 job", "closed trips#1");
    }

    @Test
    void hears_of_a_soft_invalidation_with_its_reason_before_anything_is_closed() throws Exception {
        // connection-model row 18
        Pool pool = heard();
        for (SQLException reason : new SQLException[] {new SQLException("grants changed"), null}) {
            Checkout lent = pool.checkOut("job");
            diary.lines.clear();
            lent.invalidateSoftly(reason);

            String heard = reason == null ? "" : " grants changed";
            assertThat(diary.lines).singleElement().asString().matches("invalidatedSoftly trips#." + heard);
            assertThat(Pools.backend(lent).isOpen()).isTrue();
            lent.close();
            Pools.settle(pool);
        }
        assertThat(diary.lines)
                .containsExactly(
                        "invalidatedSoftly trips#2", "reset trips#2", "checkedIn trips#2 job", "closed trips#2");
    }

    @Test
    void hears_of_a_failed_reset_as_an_invalidation() throws Exception {
        Pool pool = heard();
        Checkout lent = pool.checkOut(null);
        lent.connection().setAutoCommit(false);
        lent.connection().createStatement().execute("select 1");
        pools.database.next("rollback").fails(new SQLException("no", "XX000"));
        lent.close();
        Pools.settle(pool);

        assertThat(diary.lines.subList(3, diary.lines.size()))
                .containsExactly(
                        "reset trips#1 in transaction",
                        "invalidated trips#1 no",
                        "checkedIn trips#1 null",
                        "closed trips#1");
    }

    @Test
    void hears_of_who_waits_and_who_gives_up() throws Exception {
        Pool pool = heard();
        pool.checkOut("holder");
        diary.lines.clear();
        Caller<Checkout> waiter = pools.waiting("waiter", pool, ofSeconds(2).toNanos());

        pools.clock.advance(ofSeconds(2));
        waiter.failure();

        assertThat(diary.lines).containsExactly("waiting waiter", "timedOut PT2S");
    }

    @Test
    void hears_of_who_may_not_wait_on_his_own_thread() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).maxWaiting(1).listener(diary));
        pool.checkOut("holder");
        pools.waiting("waiter", pool);
        diary.lines.clear();

        Caller.start("one too many", () -> pool.checkOut("one too many")).failure();

        assertThat(diary.lines).containsExactly("waiting one too many", "refused one too many");
    }

    @Test
    void hears_of_each_idle_connection_that_closing_the_pool_closes() throws Exception {
        // connection-model row 9
        Pool pool = heard();
        pool.checkOut(null).close();
        diary.lines.clear();

        pool.close();

        assertThat(diary.lines).containsExactly("closed trips#1");
    }

    // reliability row F55
    @Test
    void that_throws_changes_nothing() throws Exception {
        // connection-model row 45: the model's listener can refuse a connection, which Aludel's cannot
        for (Throwable thrown : List.of(
                new IllegalStateException("listener"),
                new StackOverflowError("listener"),
                new AssertionError("listener"),
                new IOException("listener"))) {
            Pool pool = pools.pool(settings -> settings.size(1).maxWaiting(1).listener(new Failing(thrown)));
            Checkout lent = pool.checkOut("first");
            Caller<Checkout> hasty = pools.waiting("hasty", pool, 1_000);
            assertThatThrownBy(() -> pool.checkOut("refused")).isInstanceOf(PoolOverloadedException.class);
            pools.clock.advance(Duration.ofNanos(1_000));
            assertThat(hasty.failure()).isInstanceOf(PoolTimeoutException.class);
            lent.close();
            Checkout second = pool.checkOut("second");
            second.invalidate(null);
            second.close();
            Checkout outdated = pool.checkOut("outdated");
            outdated.invalidateSoftly(null);
            outdated.close();
            pool.checkOut("leaving").detach().close();

            assertThat(pool.checkOut("third").label()).isEqualTo("third");
        }
    }

    /// Throws at each event, checked exceptions too, as code in other languages does.
    private static final class Failing implements PoolListener {
        private final Throwable thrown;

        Failing(Throwable thrown) {
            this.thrown = thrown;
        }

        @SuppressWarnings("unchecked")
        private static <X extends Throwable> void sneak(Throwable thrown) throws X {
            throw (X) thrown;
        }

        private void fail() {
            Failing.<RuntimeException>sneak(thrown);
        }

        @Override
        public void connected(String connection) {
            fail();
        }

        @Override
        public void checkedOut(String connection, @Nullable String label) {
            fail();
        }

        @Override
        public void reset(String connection, boolean inTransaction) {
            fail();
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            fail();
        }

        @Override
        public void invalidated(String connection, @Nullable Throwable reason) {
            fail();
        }

        @Override
        public void invalidatedSoftly(String connection, @Nullable Throwable reason) {
            fail();
        }

        @Override
        public void detached(String connection) {
            fail();
        }

        @Override
        public void closed(String connection) {
            fail();
        }

        @Override
        public void waiting(@Nullable String label) {
            fail();
        }

        @Override
        public void timedOut(PoolTimeoutException timeout) {
            fail();
        }

        @Override
        public void refused(PoolOverloadedException refusal) {
            fail();
        }
    }
}
