package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

// connection-model 2.11
@DisplayNameGeneration(ReplaceUnderscores.class)
class StaticPoolTest {
    @RegisterExtension
    final Logged log = new Logged("StaticPool");

    private final RecordingDriver driver = new RecordingDriver();

    private Pool pool() {
        return Pool.of(Settings.sqlalchemy().kind(PoolKind.STATIC).name("trips").connections(driver));
    }

    private static Connection raw(Checkout checkout) {
        return ((Loan) checkout).driver();
    }

    @Test
    void lends_the_same_connection_again() throws Exception {
        // connection-model row 61
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        first.close();
        Checkout second = pool.checkOut(null);

        assertThat(raw(second)).isSameAs(raw(first));
        second.close();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        pool.close();
        assertThat(driver.count("Connection.close")).isEqualTo(1);
    }

    private static Checkout gets(Pool pool, Object scope) throws SQLException {
        return pool.checkOutFor(Borrower.of("GET /trips").scope(scope));
    }

    /// The first borrower's scope is that of his share, not of the connection itself.
    @Test
    void refuses_a_scope_a_second_share_if_it_is_strict_and_lends_another_scope_one() throws Exception {
        QueuePool pool = (QueuePool) Pool.of(
                new Settings().kind(PoolKind.STATIC).name("trips").strict(true).connections(driver));
        try (Checkout first = gets(pool, "request 7");
                Checkout other = gets(pool, "request 8")) {
            assertThat(raw(other)).isSameAs(raw(first));
            assertThat(Caller.start("another thread", () -> gets(pool, "request 7"))
                            .failure())
                    .isInstanceOf(AlreadyCheckedOutException.class);
            assertThat(pool.line().slots()[0].borrower()).isNull();
        }
        pool.close();
    }

    @Test
    void takes_a_share_back_that_nobody_got() throws Exception {
        StaticPool pool = (StaticPool) pool();
        Checkout first = pool.checkOut("first");
        Slot share = Objects.requireNonNull(pool.take(pool.now()));

        pool.putBack(share);

        assertThat(first.connection().createStatement().execute("select 1")).isFalse();
        first.close();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(driver.count("Connection.close")).isZero();
        pool.close();
    }

    @Test
    void replaces_the_connection_if_the_last_share_is_one_that_nobody_got() throws Exception {
        StaticPool pool = (StaticPool) pool();
        Checkout first = pool.checkOut("first");
        Connection old = raw(first);
        Slot share = Objects.requireNonNull(pool.take(pool.now()));
        first.close();

        pool.putBack(share);

        try (Checkout next = pool.checkOut("next")) {
            assertThat(raw(next)).isNotSameAs(old);
        }
        assertThat(driver.count("Connection.close")).isEqualTo(1);
        pool.close();
    }

    @Test
    void lends_it_to_several_at_once_each_with_a_handle_of_his_own() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut("first");
        Checkout second = pool.checkOut("second");

        assertThat(raw(second)).isSameAs(raw(first));
        assertThat(pool.snapshot().checkedOut()).isEqualTo(2);
        assertThat(pool.explain().holders()).extracting(Holder::label).containsExactlyInAnyOrder("first", "second");

        first.close();
        assertThatThrownBy(() -> first.connection().createStatement()).hasMessageContaining("checked in");
        assertThat(second.connection().createStatement().execute("select 1")).isFalse();
        second.close();
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        pool.close();
    }

    @Test
    void asks_nothing_of_the_driver_for_a_loan_beside_others_since_it_may_be_busy_with_theirs() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut("first");
        first.connection().setAutoCommit(false);
        int before = driver.calls().size();

        Checkout second = pool.checkOut("second");

        assertThat(driver.calls()).hasSize(before);
        assertThat(((Loan) second).isAutoCommit()).isFalse();
        second.close();
        first.close();
        pool.close();
    }

    @Test
    void logs_a_loan_in_the_models_words() throws Exception {
        // connection-model rows 8 and 142
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);
        second.close();
        first.close();
        pool.close();

        assertThat(log.lines())
                .containsExactly(
                        "TRACE Created new connection trips#1",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 checked out from pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 being returned to pool",
                        "TRACE Connection trips#1 rollback-on-return (nothing sent)",
                        "TRACE Closing connection trips#1",
                        "DEBUG Pool 'trips' closed");
    }

    @Test
    void ends_the_transaction_when_the_last_borrower_returns_and_not_before() throws Exception {
        Pool pool = pool();
        Checkout test = pool.checkOut("test");
        test.connection().setAutoCommit(false);
        test.connection().createStatement().execute("insert");
        Checkout request = pool.checkOut("request");
        assertThat(request.connection().getAutoCommit()).isFalse();
        request.connection().createStatement().execute("select");
        request.close();
        assertThat(driver.count("Connection.rollback")).isZero();
        assertThat(driver.count("Connection.setAutoCommit")).isEqualTo(1);

        test.close();

        assertThat(driver.count("Connection.rollback")).isEqualTo(1);
        assertThat(raw(pool.checkOut(null)).getAutoCommit()).isTrue();
        pool.close(Duration.ZERO);
    }

    @Test
    void ends_a_transaction_that_another_began_who_returned_before() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);
        second.connection().setAutoCommit(false);
        second.connection().createStatement().execute("insert");
        second.close();

        first.close();

        assertThat(driver.count("Connection.rollback")).isEqualTo(1);
        assertThat(driver.count("Connection.close")).isZero();
        pool.close();
    }

    @Test
    void puts_back_what_each_of_them_changed_to_what_it_was_before_the_first() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);
        String before = raw(first).getSchema();
        first.connection().setSchema("one");
        second.connection().setSchema("two");
        first.close();
        assertThat(raw(second).getSchema()).isEqualTo("two");

        second.close();

        assertThat(raw(second).getSchema()).isEqualTo(before);
        pool.close();
    }

    @Test
    void puts_it_back_whoever_of_them_was_first_to_come_to_change_and_to_return() throws Exception {
        for (int order = 0; order < 8; order++) {
            Pool pool = pool();
            List<Checkout> both = List.of(pool.checkOut("first"), pool.checkOut("second"));
            Connection raw = raw(both.getFirst());
            String before = raw.getSchema();
            both.get(order & 1).connection().setSchema("one");
            both.get(1 - (order & 1)).connection().setSchema("two");
            both.get(order >> 1 & 1).connection().setReadOnly(true);
            both.get(order >> 2).close();
            both.get(1 - (order >> 2)).close();

            assertThat(raw.getSchema()).as("order " + order).isEqualTo(before);
            assertThat(raw.isReadOnly()).isFalse();
            pool.close();
        }
    }

    @Test
    void undoes_once_what_many_of_them_changed() throws Exception {
        Pool pool = pool();
        Checkout last = pool.checkOut(null);
        for (int i = 0; i < 10; i++) {
            Checkout next = pool.checkOut(null);
            next.connection().setClientInfo("ApplicationName", "trips " + i);
            last.close();
            last = next;
        }
        last.close();

        assertThat(driver.count("Connection.setClientInfo")).isEqualTo(11);
        pool.close();
    }

    @Test
    void keeps_at_most_one_of_those_who_have_returned_it_to_others() throws Exception {
        Pool pool = pool();
        Checkout stays = pool.checkOut("stays");
        List<WeakReference<Checkout>> gone = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            gone.add(returned(pool, i));
        }

        Await.until(() -> alive(gone) <= 1, () -> alive(gone) + " are kept");
        stays.close();
        pool.close();
    }

    private static WeakReference<Checkout> returned(Pool pool, int number) throws SQLException {
        try (Checkout checkout = pool.checkOut(null)) {
            if (number % 2 == 0) {
                checkout.connection().setSchema("schema " + number);
            }
            return new WeakReference<>(checkout);
        }
    }

    private static long alive(List<WeakReference<Checkout>> loans) {
        System.gc();
        return loans.stream().filter(loan -> loan.get() != null).count();
    }

    @Test
    void closes_at_each_return_the_statements_of_that_borrower_only() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);
        Statement his = first.connection().createStatement();
        Statement mine = second.connection().createStatement();

        first.close();

        assertThat(his.isClosed()).isTrue();
        assertThat(driver.count("Statement.close")).isEqualTo(1);
        assertThat(mine.execute("select 1")).isFalse();
        second.close();
        pool.close();
    }

    @Test
    void replaces_one_that_was_invalidated_when_all_have_returned_it() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut("first");
        Checkout second = pool.checkOut("second");
        first.invalidate(new SQLException("gone", "08006"));
        first.close();
        Caller<Checkout> third = Caller.start("third", () -> pool.checkOut("third"));
        Await.until(() -> pool.snapshot().waiting() == 1, () -> pool.snapshot().toString());
        assertThat(driver.count("Connection.close")).isZero();

        second.close();

        assertThat(raw(third.result())).isNotSameAs(raw(second));
        assertThat(driver.count("Connection.close")).isEqualTo(1);
        pool.close(Duration.ZERO);
    }

    @Test
    void lends_a_new_one_after_the_pool_was_invalidated() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        pool.invalidate();
        first.close();
        Checkout second = pool.checkOut(null);

        assertThat(raw(second)).isNotSameAs(raw(first));
        second.close();
        pool.close();
    }

    @Test
    void gives_all_who_wait_for_the_first_connect_the_connection() throws Exception {
        Pools pools = new Pools();
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        Gate connect = pools.database.next("connect").hangs();
        List<Caller<Checkout>> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            callers.add(pools.waiting("caller " + i, pool, ofSeconds(9).toNanos()));
        }
        connect.open();
        for (Caller<Checkout> caller : callers) {
            caller.result();
        }

        assertThat(pools.database.opened()).isEqualTo(1);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(5);
        for (Caller<Checkout> caller : callers) {
            caller.result().close();
        }
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        pools.close();
    }

    @Test
    void loses_nothing_among_many_threads() throws Exception {
        Pool pool = pool();
        List<Caller<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            callers.add(Caller.start("caller " + i, () -> {
                for (int j = 0; j < 500; j++) {
                    try (Checkout lent = pool.checkOut(null);
                            Statement statement = lent.connection().createStatement()) {
                        statement.execute("select 1");
                        if (number == 0 && j % 100 == 7) {
                            lent.invalidate(null);
                        }
                    }
                }
                return true;
            }));
        }
        for (Caller<Boolean> caller : callers) {
            assertThat(caller.result()).isTrue();
        }
        Pools.settle(pool);

        PoolSnapshot now = pool.snapshot();
        assertThat(now.checkedOut()).isZero();
        assertThat(now.checkouts()).isEqualTo(4_000);
        assertThat(now.waiting()).isZero();
        pool.close();
        assertThat(driver.count("Connection.close")).isEqualTo(log.count("Created new connection"));
    }

    @Test
    void closes_once_the_last_borrower_has_returned_it() throws Exception {
        Pool pool = pool();
        Checkout first = pool.checkOut(null);
        Checkout second = pool.checkOut(null);
        Caller<Boolean> closing = Caller.start("closing", () -> {
            pool.close(ofSeconds(60));
            return true;
        });
        Await.until(() -> isClosed(pool), () -> "open");
        first.close();
        assertThat(driver.count("Connection.close")).isZero();
        second.close();

        assertThat(closing.result()).isTrue();
        assertThat(driver.count("Connection.close")).isEqualTo(1);
    }

    // reliability rows F45 and F48

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "2, 1", "3, 1"})
    void replaces_the_connection_if_a_statements_close_throws_an_error(int borrowers, int failing) throws Exception {
        Pools pools = new Pools();
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        List<Checkout> lent = Pools.checkOut(pool, borrowers);
        lent.get(failing).connection().createStatement();
        Error error = new StackOverflowError("no");
        pools.database.next("Statement.close").fails(error);

        for (int i = 0; i < borrowers; i++) {
            Checkout mine = lent.get(i);
            assertThat(catchThrowable(mine::close)).isSameAs(i == failing ? error : null);
        }

        Checkout next = Caller.start("next", () -> pool.checkOut("next")).result();
        assertThat(Pools.backend(next).number()).isEqualTo(2);
        assertThat(pools.database.openBackends()).containsExactly(Pools.backend(next));
        next.close();
        closesAtOnce(pool);
        pools.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "2, 1"})
    void replaces_the_connection_if_a_return_breaks_off_before_its_reset(int borrowers, int failing) throws Exception {
        Pools pools = new Pools();
        StaticPool pool = (StaticPool) pools.pool(settings -> settings.kind(PoolKind.STATIC));
        List<Checkout> lent = Pools.checkOut(pool, borrowers);

        for (int i = 0; i < borrowers; i++) {
            if (i == failing) {
                breaksOff(pool, lent.get(i));
            } else {
                lent.get(i).close();
            }
        }

        Checkout next = Caller.start("next", () -> pool.checkOut("next")).result();
        assertThat(Pools.backend(next).number()).isEqualTo(2);
        next.close();
        closesAtOnce(pool);
        pools.close();
    }

    /// As check-in does when there is no memory for its first step.
    private static void breaksOff(StaticPool pool, Checkout checkout) {
        Slot slot = ((Loan) checkout).slot;
        slot.endLoan();
        pool.returned(slot, false, pool.now(), null);
    }

    @Test
    void closes_at_once_after_a_return_that_ended_with_an_error() throws Exception {
        Pools pools = new Pools();
        Pool pool = pools.pool(settings -> settings.kind(PoolKind.STATIC));
        Checkout mine = pool.checkOut("mine");
        mine.connection().createStatement();
        pools.database.next("Statement.close").fails(new OutOfMemoryError("no"));
        assertThat(catchThrowable(mine::close)).isInstanceOf(OutOfMemoryError.class);

        closesAtOnce(pool);

        assertThat(pools.database.open()).isZero();
        pools.close();
    }

    /// Nobody moves the clock.
    private static void closesAtOnce(Pool pool) {
        Caller<Boolean> closing = Caller.start("closing", () -> {
            pool.close(ofSeconds(60));
            return true;
        });
        assertThat(closing.result()).isTrue();
    }

    private static boolean isClosed(Pool pool) {
        return ((QueuePool) pool).isClosed();
    }
}
