package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A listener that throws, blocks or comes back, at each event there is.
// reliability row F55
@DisplayNameGeneration(ReplaceUnderscores.class)
class AMisbehavingListenerTest {
    private static final int SIZE = 3;

    @RegisterExtension
    final Pools pools = new Pools();

    private volatile @Nullable Pool pool;
    private volatile @Nullable Checkout mine;
    private volatile List<Checkout> held = List.of();
    private volatile @Nullable String listened;

    /// What it does wrong, once, when it is told of the event of the test.
    private volatile Consumer<Pool> wrong = nothing -> {};

    private final AtomicBoolean armed = new AtomicBoolean();

    /// What goes wrong inside the listener is the test's failure, not a line in the log.
    private volatile @Nullable Throwable failure;

    static Stream<String> events() {
        return Stream.of(PoolListener.class.getDeclaredMethods())
                .filter(Method::isDefault)
                .map(Method::getName)
                .sorted();
    }

    private PoolListener listener() {
        return (PoolListener) Proxy.newProxyInstance(
                PoolListener.class.getClassLoader(), new Class<?>[] {PoolListener.class}, (self, event, arguments) -> {
                    Pool told = pool;
                    if (told != null && event.getName().equals(listened) && armed.compareAndSet(true, false)) {
                        wrong.accept(told);
                    }
                    return null;
                });
    }

    /// Starts a caller to whom the event happens, and with it what the listener does wrong.
    private Caller<Boolean> start(String event, Consumer<Pool> itsWrong) throws SQLException {
        boolean refused = event.equals("refused");
        Pool built = pools.pool(settings -> {
            settings.size(SIZE).timeout(ofSeconds(60)).listener(listener());
            if (refused) {
                settings.maxWaiting(1);
            }
        });
        pool = built;
        listened = event;
        wrong = itsWrong;
        held = refused || event.equals("timedOut") ? Pools.checkOut(built, SIZE) : List.of();
        if (refused) {
            Caller<Boolean> queued = Caller.start("queued", () -> {
                built.checkOut("queued").close();
                return true;
            });
            pools.clock.awaitParked(queued.thread());
        }
        armed.set(true);
        return Caller.start("mine", () -> {
            bringAbout(event, built);
            return true;
        });
    }

    private void bringAbout(String event, Pool built) throws SQLException {
        switch (event) {
            case "waiting", "connected", "checkedOut", "reset", "checkedIn" ->
                checkOut(built).close();
            case "invalidated", "closed" -> {
                Checkout broken = checkOut(built);
                broken.invalidate(null);
                broken.close();
            }
            case "invalidatedSoftly" -> {
                Checkout outdated = checkOut(built);
                outdated.invalidateSoftly(null);
                outdated.close();
            }
            case "detached" -> checkOut(built).detach().close();
            case "timedOut" ->
                assertThat(catchThrowable(() -> built.checkOut("mine", ZERO))).isInstanceOf(PoolTimeoutException.class);
            case "refused" ->
                assertThat(catchThrowable(() -> built.checkOut("mine"))).isInstanceOf(PoolOverloadedException.class);
            default -> throw new AssertionError("no way to bring about '" + event + "': write it");
        }
    }

    private Checkout checkOut(Pool built) throws SQLException {
        Checkout lent = built.checkOut("mine");
        mine = lent;
        return lent;
    }

    private Pool pool() {
        return Objects.requireNonNull(pool);
    }

    /// All that the pool may have is to be had at once, and works.
    private void nothingIsLost() throws SQLException {
        Await.until(() -> !armed.get(), () -> "it was not told of '" + listened + "'");
        held.forEach(Checkout::close);
        Pools.settle(pool());
        assertThat(failure).isNull();
        Caller<List<Checkout>> all = Caller.start("all", () -> Pools.checkOut(pool(), SIZE));
        for (Checkout lent : served(all)) {
            lent.connection().createStatement().execute("select 1");
            lent.close();
        }
        assertThat(pool().snapshot().waiting()).isZero();
    }

    /// Lets time pass meanwhile: others overtake an attempt to connect that takes longer than a second.
    private <T> T served(Caller<T> caller) {
        Await.until(() -> caller.isDone() || isLater(), () -> caller.thread().getName());
        return caller.result();
    }

    private boolean isLater() {
        pools.clock.advance(ofMillis(10));
        return false;
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_throws_costs_neither_the_caller_nor_a_connection(String event) throws Exception {
        for (Throwable thrown : List.of(new IllegalStateException("listener"), new AssertionError("listener"))) {
            Caller<Boolean> caller = start(event, at -> fail(thrown));

            assertThat(caller.result()).isTrue();
            nothingIsLost();
        }
    }

    private static void fail(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_blocks_holds_up_nobody_else_and_loses_nothing_when_it_goes_on(String event) throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Caller<Boolean> caller = start(event, at -> {
            inside.countDown();
            await(go);
        });
        inside.await();
        held.forEach(Checkout::close);

        for (int i = 0; i < 3; i++) {
            served(Caller.start("others", () -> Pools.checkOut(pool(), SIZE - 1)))
                    .forEach(Checkout::close);
        }
        assertThat(pool().explain().text()).isNotEmpty();
        assertThat(pool().usage()).isNotNull();

        go.countDown();
        assertThat(caller.result()).isTrue();
        nothingIsLost();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_checks_out_from_within_is_served(String event) throws Exception {
        Caller<Boolean> caller = start(
                event,
                at -> notes(() -> {
                    held.forEach(Checkout::close);
                    assertThat(at.explain().text()).isNotEmpty();
                    try (Checkout within = at.checkOut("within")) {
                        within.connection().createStatement().execute("select 1");
                    }
                }));

        assertThat(caller.result()).isTrue();
        nothingIsLost();
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_invalidates_from_within_does_so(String event) throws Exception {
        Caller<Boolean> caller = start(
                event,
                at -> notes(() -> {
                    at.invalidate();
                    Checkout lent = mine;
                    if (lent != null) {
                        lent.invalidate(new SQLException("from within", "08006"));
                    }
                }));

        assertThat(caller.result()).isTrue();
        nothingIsLost();
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_closes_what_is_lent_from_within_closes_it_once(String event) throws Exception {
        Caller<Boolean> caller = start(
                event,
                at -> notes(() -> {
                    held.forEach(Checkout::close);
                    Checkout lent = mine;
                    if (lent != null) {
                        lent.close();
                    }
                }));

        assertThat(caller.result()).isTrue();
        nothingIsLost();
    }

    @ParameterizedTest
    @MethodSource("events")
    void that_closes_the_pool_from_within_closes_it(String event) throws Exception {
        Caller<Boolean> caller = start(event, at -> notes(() -> at.close(ZERO)));

        Await.until(caller::isDone, () -> "the caller, at " + event); // it may be told that the pool is closed
        held.forEach(Checkout::close);
        assertThat(failure).isNull();
        assertThat(catchThrowable(pool()::getConnection)).hasMessageContaining("is closed");
        pools.database.await(it -> it.open() == 0);
    }

    private interface Act {
        void run() throws SQLException;
    }

    private void notes(Act act) {
        try {
            act.run();
        } catch (Throwable e) {
            failure = e;
        }
    }

    @Test
    void that_blocks_for_good_when_a_connection_is_closed_costs_no_slot() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Caller<Boolean> caller = start("closed", at -> await(go)); // or until it is interrupted
        assertThat(caller.result()).isTrue();

        Await.until(
                () -> (!armed.get() && pool().snapshot().connecting() == 0) || isLater(), // up to connectTimeout
                () -> pool().snapshot().toString());

        nothingIsLost();
        go.countDown();
    }
}
