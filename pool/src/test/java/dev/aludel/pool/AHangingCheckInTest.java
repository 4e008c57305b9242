package dev.aludel.pool;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.Script;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// F45: check-in calls the driver on its borrower's own thread. If a call hangs there, the borrower waits for the
/// driver's network timeout, and nobody waits for the borrower.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHangingCheckInTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool(String method) {
        ResetOnReturn reset = method.equals("commit") ? ResetOnReturn.COMMIT : ResetOnReturn.ROLLBACK;
        return pools.pool(settings -> settings.connections(() -> hearing(pools.database.connect()))
                .size(2)
                .resetOnReturn(reset)
                .connectTimeout(ofSeconds(5))
                .socketTimeout(ofSeconds(60)));
    }

    /// Makes a driver that asks the server at the bounds of a request, as a connection of the fake database does not.
    private static Connection hearing(Connection raw) {
        return (Connection) Proxy.newProxyInstance(
                AHangingCheckInTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    if (method.getName().endsWith("Request")) {
                        raw.nativeSQL(method.getName());
                        return null;
                    }
                    try {
                        return method.invoke(raw, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Script next(String method) {
        return method.endsWith("Request")
                ? pools.database.next("nativeSQL").onSql(method)
                : pools.database.next(method);
    }

    /// A borrower who changes all that a pool puts back, and leaves a transaction and a statement open.
    private static Checkout borrow(Pool pool) throws SQLException {
        Checkout mine = pool.checkOut("borrower");
        Connection connection = mine.connection();
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        connection.setCatalog("other");
        connection.setSchema("other");
        connection.setNetworkTimeout(Runnable::run, 50_000);
        connection.setTypeMap(Map.of("point", Object.class));
        connection.setClientInfo(new Properties());
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert into trips values (1)");
        return mine;
    }

    /// What a check-in of such a borrower calls.
    static List<String> calls() {
        return List.of(
                "Statement.close",
                "rollback",
                "commit",
                "setAutoCommit",
                "setNetworkTimeout",
                "setReadOnly",
                "setTransactionIsolation",
                "setHoldability",
                "setCatalog",
                "setSchema",
                "setTypeMap",
                "setClientInfo",
                "clearWarnings",
                "endRequest");
    }

    private static Caller<Boolean> closing(Checkout mine) {
        return Caller.start("borrower", () -> {
            mine.close();
            return true;
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void holds_up_its_borrower_alone_and_no_longer_than_the_network_timeout(String method) throws Exception {
        Pool pool = pool(method);
        Checkout mine = borrow(pool);
        next(method).takes(ofHours(1), pools.clock);
        Caller<Boolean> borrower = closing(mine);
        pools.clock.awaitParked(borrower.thread());
        Checkout other = pool.checkOut("other");
        Caller<Checkout> third = pools.waiting("third", pool, TimeUnit.MINUTES.toNanos(5));
        other.close();
        Checkout its = third.result(); // the other's
        Caller<Checkout> fourth = pools.waiting("fourth", pool, TimeUnit.MINUTES.toNanos(5));

        pools.clock.advance(ofSeconds(60));

        assertThat(borrower.result()).isTrue();
        Checkout last = fourth.result(); // the slot of the one that hung
        assertThat(Pools.backend(last)).isNotSameAs(Pools.backend(mine));
        its.close();
        last.close();
        pools.check();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void is_cut_when_the_pool_closes(String method) throws Exception {
        Pool pool = pool(method);
        Checkout mine = borrow(pool);
        Gate gate = next(method).hangs();
        Caller<Boolean> borrower = closing(mine);
        gate.awaitHanging(1);

        closesWithin3Seconds(pool);

        assertThat(borrower.result()).isTrue(); // by the abort
        pools.database.await(it -> it.open() == 0);
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Statement.close", "rollback", "setAutoCommit", "setSchema", "clearWarnings", "endRequest"})
    void does_not_keep_the_pool_from_closing_though_nothing_ends_it(String method) throws Exception {
        Pool pool = pool(method);
        Checkout mine = borrow(pool);
        Gate gate = next(method).hangsDeaf();
        Caller<Boolean> borrower = closing(mine);
        gate.awaitHanging(1);

        closesWithin3Seconds(pool);

        gate.open();
        assertThat(borrower.result()).isTrue();
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 0 && snapshot.connecting() == 0);
    }

    private void closesWithin3Seconds(Pool pool) {
        Caller<Boolean> closer = Caller.start("closer", () -> {
            pool.close(ofSeconds(3));
            return true;
        });
        pools.clock.awaitParked(closer.thread());
        pools.clock.advance(ofSeconds(3));
        assertThat(closer.result()).isTrue();
    }

    /// The one call that a checkout makes on its caller's thread.
    @Test
    void is_as_little_in_the_way_of_others_as_a_request_that_hangs_at_its_beginning() throws Exception {
        Pool pool = pool("beginRequest");
        pool.checkOut("first").close();
        next("beginRequest").takes(ofHours(1), pools.clock);
        Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", ofMinutes(5)));
        pools.clock.awaitParked(caller.thread());
        pool.checkOut("other").close();

        pools.clock.advance(ofSeconds(60));

        caller.result().close();
        Pools.checkOut(pool, 2).forEach(Checkout::close);
    }
}
