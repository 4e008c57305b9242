package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AFailedConnectTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    @Test
    void is_told_at_once_when_no_connection_is_open() {
        Pool pool = pools.pool(settings -> settings.size(2).name("trips"));
        pools.database.down();

        // nobody moves the clock: who waited for the timeout would wait for ever
        assertThatThrownBy(() -> pool.checkOut(null))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("Pool 'trips' cannot connect to " + pools.database.url()
                        + ": nobody listens there, or the network is" + " in between; check host, port and server")
                .hasRootCauseMessage("connection refused: the fake database is down");
        assertThat(pool.snapshot().timeouts()).isZero();
    }

    @Test
    void is_told_to_all_who_wait() {
        Pool pool = pools.pool(settings -> settings.size(2));
        pools.database.down();

        List<Caller<Checkout>> callers = IntStream.range(0, 10)
                .mapToObj(i -> Caller.start("caller " + i, () -> pool.checkOut(null)))
                .toList();

        assertThat(callers.stream().map(Caller::failure)).hasOnlyElementsOfType(ConnectFailedException.class);
    }

    @Test
    void is_thrown_with_the_callers_own_stack() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.down();

        ConnectFailedException error = catchThrowableOfType(ConnectFailedException.class, () -> pool.checkOut(null));

        assertThat(error.getStackTrace()).anyMatch(frame -> frame.getClassName().contains("AFailedConnectTest"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    28P01 | the server refuses user or password; check user and password, and that the user may log in (values not shown)
                    28000 | the server refuses user or password; check user and password, and that the user may log in (values not shown)
                    3D000 | there is no such database; create the database, or mend the address
                    53300 | the server has no connection left; lower the pools' sizes, or raise the server's limit
                    57P03 | the server is starting up or shutting down; try again when it is up
                    08001 | nobody listens there, or the network is in between; check host, port and server
                    XX000 | SQLState XX000; see the cause
                    """)
    void keeps_the_drivers_state_and_says_what_to_do(String state, String remedy) {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").fails(new SQLException("no, says the driver", state, 4711));

        ConnectFailedException error = catchThrowableOfType(ConnectFailedException.class, () -> pool.checkOut(null));

        assertThat((Throwable) error)
                .hasMessage("Pool 'default' cannot connect to " + pools.database.url() + ": " + remedy);
        assertThat(error.getSQLState()).isEqualTo(state);
        assertThat(error.getErrorCode()).isEqualTo(4711);
        assertThat((Throwable) error).hasRootCauseMessage("no, says the driver");
    }

    @Test
    void without_a_state_is_one_of_class_08() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").fails(new SQLException("no"));

        assertThat(catchThrowableOfType(SQLException.class, () -> pool.checkOut(null))
                        .getSQLState())
                .isEqualTo("08001");
    }

    // F12
    @Test
    void lets_a_caller_wait_on_if_there_are_connections_to_wait_for() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Checkout lent = pool.checkOut("holder");
        pools.database.every("connect").fails("53300");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        Pools.settle(pool);

        lent.close();

        assertThat(Pools.backend(waiter.result()).number()).isEqualTo(1);
    }

    /// One has its connection checked, the next finds that none can be opened.
    private final class OneChecked {
        final Pool pool = pools.pool(settings ->
                settings.size(2).prePing(true).timeout(ofSeconds(60)).connectTimeout(ofSeconds(10)));
        final Gate check;
        final Caller<Checkout> first;
        final Caller<Checkout> second;

        OneChecked() throws SQLException {
            pool.checkOut(null).close();
            pools.database.every("connect").fails("53300");
            check = pools.database.next("isValid").hangs();
            first = pools.waiting("first", pool);
            check.awaitHanging(1);
            second = pools.waiting("second", pool);
            pools.database.await(it -> it.calls("connect") == 2);
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 1);
        }
    }

    // F12
    @Test
    void is_told_to_nobody_while_a_connection_is_checked_that_may_serve_him() throws Exception {
        OneChecked one = new OneChecked();

        one.check.open();

        one.first.result().close();
        assertThat(Pools.backend(one.second.result()).number()).isOne();
    }

    @Test
    void is_told_to_all_when_the_connection_that_was_checked_is_dead() throws Exception {
        OneChecked one = new OneChecked();

        pools.database.killConnections();
        one.check.open();

        assertThat(one.first.failure()).isInstanceOf(ConnectFailedException.class);
        assertThat(one.second.failure()).isInstanceOf(ConnectFailedException.class);
    }

    @Test
    void is_told_to_all_when_a_check_takes_long() throws Exception {
        OneChecked one = new OneChecked();

        pools.clock.advance(ofSeconds(1));
        Await.until(
                () -> {
                    pools.clock.advance(ofMillis(10)); // one of them may be told after the next pause
                    return one.first.isDone() && one.second.isDone();
                },
                () -> one.pool.snapshot().toString());

        assertThat(one.first.failure()).isInstanceOf(ConnectFailedException.class);
        assertThat(one.second.failure()).isInstanceOf(ConnectFailedException.class);
        one.check.open();
    }

    // F12, F15
    @Test
    void is_tried_again_after_a_pause_of_less_than_a_second() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).timeout(ofSeconds(60)));
        Pools.checkOut(pool, 1);
        pools.database.every("connect").fails("53300");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        // never longer than within a second of the fault's end; drawn schedules (invariant 17) found pools that came
        // later
        for (int tried = 2; tried < 20; tried++) {
            pools.awaitQuiet();
            pools.clock.advance(ofMillis(99));
            pools.awaitQuiet();
            assertThat(pools.database.calls("connect")).isEqualTo(tried);
            pools.clock.advance(ofMillis(tried == 2 ? 201 : 701));
            pools.awaitQuiet();
            assertThat(pools.database.calls("connect")).isEqualTo(tried + 1);
        }
        pools.database.every("connect").works();
        pools.clock.advance(ofMillis(800));

        assertThat(waiter.result().label()).isEqualTo("waiter");
    }

    // F14
    @Test
    void to_log_in_is_not_repeated_for_each_who_waits() {
        Pool pool = pools.pool(settings -> settings.size(2).maxConnecting(1));
        CompletableFuture<Void> first = new CompletableFuture<>();
        pools.database.next("connect").runs(first::join).fails("28P01");
        pools.database.every("connect").fails("28P01");
        List<Caller<Checkout>> waiters = IntStream.range(0, 50)
                .mapToObj(i -> pools.waiting("waiter " + i, pool))
                .toList();

        first.complete(null);

        assertThat(waiters.stream().map(Caller::failure))
                .allSatisfy(failure ->
                        assertThat(((SQLException) failure).getSQLState()).isEqualTo("28P01"));
        assertThat(pools.database.calls("connect")).isEqualTo(2);
        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        assertThat(pools.database.calls("connect")).isEqualTo(2);
    }

    /// Whoever wants connections to be ready would else have the user locked out, day and night.
    // F14
    @Test
    void to_log_in_is_tried_ever_less_often_for_nobody_too() {
        pools.database.every("connect").fails("28P01");
        pools.pool(settings -> settings.size(5).minIdle(3));

        for (int second = 0; second < 120; second++) {
            pools.awaitQuiet();
            pools.clock.advance(ofSeconds(1));
        }
        pools.awaitQuiet();

        assertThat(pools.database.calls("connect")).isBetween(5, 20);
        pools.database.every("connect").works();
    }

    // F14
    @Test
    void to_log_in_is_tried_again_after_a_pause() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        pools.database.next("connect", 2).fails("28P01");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        }
        assertThat(pools.database.calls("connect")).isEqualTo(2);

        pools.clock.awaitParked(1);
        pools.clock.advance(ofMillis(300));
        pools.awaitQuiet();

        assertThat(pool.checkOut("caller").label()).isEqualTo("caller");
    }

    /// A connection that was opened with the old password works on.
    @Test
    void to_log_in_says_nothing_of_a_connection_that_is_open() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Checkout lent = pool.checkOut("holder");
        pools.database.every("connect").fails("28P01");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.database.await(it -> it.calls("connect") == 2);
        pools.awaitQuiet();
        pools.clock.advance(ofMillis(300));
        pools.database.await(it -> it.calls("connect") == 3);
        pools.awaitQuiet();

        lent.close();

        assertThat(waiter.result().label()).isEqualTo("waiter");
    }

    @Test
    void closes_the_connection_if_only_its_set_up_failed() {
        Pool pool = pools.pool(settings -> settings.size(1).socketTimeout(ofSeconds(1)));
        pools.database.next("setNetworkTimeout").fails("08006");

        assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);

        assertThat(pools.database.opened()).isEqualTo(1);
        assertThat(pools.database.open()).isZero();
    }

    @Test
    void is_not_what_a_driver_without_network_timeout_means() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("setNetworkTimeout").fails(new SQLFeatureNotSupportedException("no"));

        assertThat(pool.checkOut("caller").label()).isEqualTo("caller");
    }

    @Test
    void is_not_what_a_driver_without_metadata_means() throws Exception {
        pools.database.next("getMetaData").gives(null);
        assertThat(pools.pool(settings -> settings.size(1)).checkOut("caller").label())
                .isEqualTo("caller");

        pools.database.next("getMetaData").fails(new IllegalStateException("a bug in the driver"));
        assertThat(pools.pool(settings -> settings.size(1)).checkOut("caller").label())
                .isEqualTo("caller");
    }

    /// Found by a drawn schedule (invariant 10): such a connection was lent.
    @Test
    void is_what_a_loss_of_the_connection_means_whatever_the_driver_was_asked() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("getMetaData").fails(new SQLException("the connection is lost", "08006"));

        assertThatThrownBy(() -> pool.checkOut("caller")).isInstanceOf(ConnectFailedException.class);
        assertThat(pools.database.closed()).isEqualTo(1);
    }

    // reliability row F45
    @Test
    void of_a_source_that_gives_null_says_so() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").gives(null);
        Pool nothing = pools.pool(settings -> settings.connections(Nothing::connect));

        assertThatThrownBy(() -> nothing.checkOut(null))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("Pool 'default' cannot connect to the given source: it threw IllegalStateException; see"
                        + " the cause")
                .hasRootCauseMessage("the connection source returned null: it must open a connection, or throw");
        assertThat(pool.snapshot().connecting()).isZero();
    }

    /// A source as a careless user writes it.
    private static final class Nothing {
        @SuppressWarnings("NullAway") // what the pool has to bear
        static Connection connect() {
            return null;
        }
    }

    @Test
    void of_a_source_that_throws_something_else_keeps_it_as_the_cause() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pools.database.next("connect").fails(new IllegalStateException("a bug in the source"));
        pools.database.next("connect").fails(new AssertionError("a worse one"));

        assertThatThrownBy(() -> pool.checkOut(null))
                .isInstanceOf(ConnectFailedException.class)
                .hasRootCauseMessage("a bug in the source");
        assertThatThrownBy(() -> pool.checkOut(null)).hasRootCauseMessage("a worse one");
        assertThat(pool.checkOut("third").label()).isEqualTo("third");
    }

    @Test
    void never_costs_capacity() throws Exception {
        // connection-model row 44
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(2).maxOverflow(1).recycle(ofSeconds(10)));
        for (Checkout checkout : Pools.checkOut(pool, 2)) {
            checkout.close();
        }
        pools.clock.advance(ofSeconds(11));
        pools.database.down();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
        }
        Pools.settle(pool);
        assertThat(pool.snapshot()).extracting("checkedOut", "idle").containsExactly(0, 0);

        pools.database.up();

        assertThat(Pools.checkOut(pool, 3)).hasSize(3);
    }
}
