package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// F48: a process that gets no thread or no memory at a bad moment loses no slot, and no deadline.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WantOfThreadsAndMemoryTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean outOfThreads;
    private volatile boolean outOfStack;
    /// Where the next OutOfMemoryError comes from.
    private volatile @Nullable String outOfMemory;
    private volatile @Nullable Thread cannotPark;
    private volatile @Nullable Thread cannotBeWoken;
    private final AtomicInteger wakesToFail = new AtomicInteger();

    private Pool pool(Consumer<Settings> configure) {
        Settings settings = new Settings()
                .connections(database::connect)
                .scheduling(new Scheduling(
                        this::time, this::park, this::unpark, this::spawn, new Random(1), Deadlines.NEAR));
        configure.accept(settings);
        return Pool.of(settings);
    }

    /// Asked for by nearly everything that the pool does, and so in place of the memory that it asks for.
    private long time() {
        String where = outOfMemory;
        if (where != null && isUnder(where)) {
            outOfMemory = null;
            throw new OutOfMemoryError("no");
        }
        return clock.getAsLong();
    }

    private static boolean isUnder(String method) {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .anyMatch(method::equals));
    }

    private void spawn(Runnable task) {
        asked.incrementAndGet();
        if (outOfThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        if (outOfStack) {
            throw new StackOverflowError("no");
        }
        underWay.incrementAndGet();
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    private void awaitNoneUnderWay() {
        Await.until(() -> underWay.get() == 0, () -> "the pool's threads to end: " + clock);
    }

    private void park(long nanos) {
        if (Thread.currentThread() == cannotPark) {
            cannotPark = null;
            throw new OutOfMemoryError("no");
        }
        clock.parkNanos(nanos);
    }

    private void unpark(Thread thread) {
        if (thread == cannotBeWoken) {
            if (wakesToFail.decrementAndGet() <= 0) {
                cannotBeWoken = null;
            }
            throw new OutOfMemoryError("no");
        }
        clock.unpark(thread);
    }

    @Test
    void without_threads_a_caller_with_empty_slots_beside_waits_for_what_is_lent() throws Exception {
        try (Pool pool = pool(settings -> settings.size(9).maxOverflow(0))) {
            Checkout held = pool.checkOut("holder");
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);
            List<Checkout> others = new ArrayList<>();
            while (pool.snapshot().idle() > 0) {
                others.add(pool.checkOut("other"));
            }
            outOfThreads = true;
            asked.set(0);

            Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller", ofSeconds(5)));
            clock.awaitParked(caller.thread());

            assertThat(asked.get()).isLessThan(10);
            assertThat(pool.snapshot().connecting()).isZero();
            held.close();
            caller.result().close();
            outOfThreads = false;
            others.forEach(Checkout::close);
        }
    }

    @Test
    void without_threads_all_who_wait_for_nothing_learn_why() {
        try (Pool pool = pool(settings -> settings.size(2).maxOverflow(0))) {
            outOfThreads = true;

            for (int i = 0; i < 3; i++) {
                assertThat(catchThrowable(() -> pool.checkOut("caller", ofSeconds(5))))
                        .isInstanceOf(ConnectFailedException.class)
                        .hasRootCauseInstanceOf(OutOfMemoryError.class);
            }

            assertThat(pool.snapshot().connecting()).isZero();
            outOfThreads = false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_failure_of_the_thread_that_sees_to_deadlines_ends_nobodys(int times) throws Exception {
        wakesToFail.set(times);
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0))) {
            pool.warmUp(ofSeconds(1));
            awaitNoneUnderWay();
            Checkout held = pool.checkOut("holder");
            Caller<Checkout> first = Caller.start("first", () -> pool.checkOut("first", ofSeconds(10)));
            clock.awaitParked(2);
            cannotBeWoken = first.thread();

            clock.advance(Duration.ofMillis(9_800));
            Await.until(() -> cannotBeWoken == null, () -> "the deadline to be near");
            awaitNoneUnderWay();
            clock.awaitParked(first.thread());
            Caller<Checkout> second = Caller.start("second", () -> pool.checkOut("second", ofSeconds(10)));
            clock.awaitParked(second.thread());

            clock.advance(ofSeconds(1));
            assertThat(first.failure()).isInstanceOf(PoolTimeoutException.class);
            clock.advance(ofSeconds(10));
            assertThat(second.failure()).isInstanceOf(PoolTimeoutException.class);
            held.close();
        }
    }

    @Test
    void a_caller_without_memory_while_its_connection_is_checked_costs_no_slot() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0).prePing(true))) {
            pool.checkOut("first").close();
            clock.advance(ofSeconds(1));
            Gate check = database.next("isValid").hangs();

            Throwable told = Caller.start("short of memory", () -> {
                        cannotPark = Thread.currentThread();
                        try {
                            return pool.checkOut("short of memory");
                        } finally {
                            cannotPark = null;
                        }
                    })
                    .failure();
            check.open();

            assertThat(told).isInstanceOf(OutOfMemoryError.class);
            Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
            pool.checkOut("next", ofSeconds(1)).close();
        }
    }

    @Test
    void without_memory_to_retire_a_connection_it_is_closed_and_its_slot_is_free() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0))) {
            Checkout first = pool.checkOut("first");
            first.invalidate(null);
            outOfMemory = Retirement.class.getName() + ".<init>";

            first.close();

            assertThat(outOfMemory).isNull();
            assertThat(database.open()).isZero();
            pool.checkOut("next", ofSeconds(1)).close();
        }
    }

    @Test
    void without_memory_to_retire_a_connection_whose_close_hangs_its_slot_is_free_all_the_same() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0))) {
            Gate close = database.next("close").hangs();
            Caller<Boolean> first = Caller.start("first", () -> {
                Checkout checkout = pool.checkOut("first");
                checkout.invalidate(null);
                outOfMemory = Retirement.class.getName() + ".<init>";
                checkout.close();
                return true;
            });
            close.awaitHanging(1);

            pool.checkOut("next", ofSeconds(1)).close();

            close.open();
            assertThat(first.result()).isTrue();
        }
    }

    @Test
    void without_memory_to_account_for_a_connect_its_connection_is_lent() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0))) {
            outOfMemory = Attempt.class.getName() + ".charge";

            pool.checkOut("first", ofSeconds(1)).close();

            assertThat(outOfMemory).isNull();
            assertThat(pool.snapshot().idle()).isOne();
        }
    }

    @Test
    void a_check_that_cannot_begin_gives_its_slot_back_once() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0).prePing(true))) {
            pool.warmUp(ofSeconds(1));
            awaitNoneUnderWay();
            pool.checkOut("first").close(); // not checked, as it is new
            outOfThreads = true;

            Throwable told = Caller.start("short of threads", () -> {
                        cannotBeWoken = Thread.currentThread();
                        return pool.checkOut("short of threads");
                    })
                    .failure();

            assertThat(told).isInstanceOf(ConnectFailedException.class);
            assertThat(cannotBeWoken).isNull();
            assertThat(pool.snapshot().idle()).isZero();
            assertThat(database.open()).isZero();
            outOfThreads = false;
            pool.checkOut("next", ofSeconds(1)).close();
        }
    }

    @Test
    void a_check_that_breaks_off_is_told_of_although_the_close_of_its_connection_hangs() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0).prePing(true))) {
            pool.warmUp(ofSeconds(1));
            awaitNoneUnderWay();
            pool.checkOut("first").close(); // not checked, as it is new
            Gate close = database.next("close").hangs();
            outOfMemory = Attempt.class.getName() + ".work";

            assertThat(catchThrowable(() -> pool.checkOut("short of memory")))
                    .isInstanceOf(ConnectFailedException.class);
            pool.checkOut("next", ofSeconds(1)).close();

            close.open();
        }
    }

    @Test
    void without_stack_to_retire_a_connection_its_slot_is_free() throws Exception {
        try (Pool pool = pool(settings -> settings.size(1).maxOverflow(0))) {
            Checkout first = pool.checkOut("first");
            first.invalidate(null);
            outOfStack = true;

            first.close();

            outOfStack = false;
            assertThat(database.open()).isZero();
            pool.checkOut("next", ofSeconds(1)).close();
        }
    }
}
