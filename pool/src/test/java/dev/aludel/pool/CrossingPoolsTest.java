package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// F37
/// Callers who have a connection of one pool and want one of another, whose holders want one of the
/// first (reliability row F37). Unless a test says so, nobody moves the clock: who waited for a timeout
/// would wait for ever.
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrossingPoolsTest {
    private static final Duration PATIENCE = ofSeconds(60);

    @RegisterExtension
    final Pools pools = new Pools().planted();

    private final AtomicInteger holders = new AtomicInteger();
    private final CountDownLatch begin = new CountDownLatch(1);

    private Pool pool(String name, int size) {
        return pools.pool(settings -> settings.size(size).name(name).timeout(PATIENCE));
    }

    private static Checkout first(Pool pool) throws SQLException {
        return pool.checkOut("GET /trips");
    }

    private static Checkout second(Pool pool, Duration patience) throws SQLException {
        return pool.checkOut("audit", patience);
    }

    /// Starts somebody who takes a connection of one pool, and one of another when he is told to.
    private Caller<@Nullable Throwable> crossing(Pool has, Pool wants) {
        return crossing(Thread.ofVirtual(), has, wants, begin, PATIENCE);
    }

    private Caller<@Nullable Throwable> crossing(
            Thread.Builder thread, Pool has, Pool wants, CountDownLatch when, Duration patience) {
        int before = holders.get();
        Caller<@Nullable Throwable> caller = Caller.start(thread, () -> {
            try (Checkout mine = first(has)) {
                Canary.select(mine.connection());
                holders.incrementAndGet();
                when.await();
                return catchThrowable(() -> second(wants, patience).close());
            }
        });
        Await.until(() -> holders.get() > before, () -> holders + " have one");
        return caller;
    }

    /// Lets one go, and returns when it waits.
    private void waits(CountDownLatch when, Caller<?> caller) {
        when.countDown();
        pools.clock.awaitParked(caller.thread());
    }

    private static CircularWaitException refusal(@Nullable Throwable failure) {
        assertThat(failure).isInstanceOf(CircularWaitException.class);
        return (CircularWaitException) Objects.requireNonNull(failure);
    }

    private static List<Throwable> failures(List<Caller<@Nullable Throwable>> callers) {
        return callers.stream().map(Caller::result).filter(Objects::nonNull).toList();
    }

    @Test
    void that_wait_for_each_other_lose_one_caller_and_the_others_go_on() {
        Pool trips = pool("trips", 2);
        Pool audit = pool("audit", 2);
        List<Caller<@Nullable Throwable>> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            callers.add(crossing(trips, audit));
            callers.add(crossing(audit, trips));
        }

        begin.countDown();

        assertThat(failures(callers)).singleElement().isInstanceOf(CircularWaitException.class);
        assertThat(trips.snapshot().timeouts() + audit.snapshot().timeouts()).isEqualTo(1);
    }

    @Test
    void of_three_in_a_ring_lose_one_caller() {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        Pool fares = pool("fares", 1);
        List<Caller<@Nullable Throwable>> callers =
                List.of(crossing(trips, audit), crossing(audit, fares), crossing(fares, trips));

        begin.countDown();

        List<Throwable> failures = failures(callers);
        assertThat(failures).hasSize(1);
        assertThat(refusal(failures.getFirst()).getMessage())
                .contains(
                        "all 3 who have a connection of pools 'trips' and 'audit' and 'fares' wait for another one of these");
    }

    @Test
    void are_explained_to_the_youngest_with_both_pools_and_the_lines_of_both_checkouts() {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        CountDownLatch older = new CountDownLatch(1);
        Caller<@Nullable Throwable> old = crossing(Thread.ofVirtual(), audit, trips, older, PATIENCE);
        Caller<@Nullable Throwable> young = crossing(trips, audit);
        waits(older, old);
        pools.clock.advance(ofSeconds(3));

        begin.countDown();

        CircularWaitException refusal = refusal(young.result());
        assertThat(old.result()).isNull();
        assertThat(refusal.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.CircularWait.class, circle -> {
                    assertThat(circle.confidence()).isEqualTo(Confidence.CERTAIN);
                    assertThat(circle.others()).containsExactly("trips");
                    assertThat(circle.holders()).isEqualTo(1);
                    assertThat(circle.enough()).isEqualTo(2);
                });
        assertThat(refusal.explanation().holders()).singleElement().satisfies(holder -> {
            assertThat(holder.owner()).isEqualTo(Holder.Owner.NESTED);
            assertThat(holder.waitsFor()).isEqualTo("trips");
        });
        assertThat(refusal.explanation().text().replaceAll("\\.java:\\d+", ".java:0"))
                .startsWith("""
                        Pool 'audit': refused at once: all 2 who have a connection of pools 'trips' and 'audit' wait for another one \
                        of these, and so would this caller, which has trips#1 for GET /trips at CrossingPoolsTest.first(CrossingPoolsTest.java:0), \
                        and wants one of pool 'audit' for audit at CrossingPoolsTest.second(CrossingPoolsTest.java:0)
                        why:  of 3.0 connection-seconds during this wait, 3.0 were held outside SQL: GET /trips 3.0; 1 of 1 who have one wait for one of \
                        pools 'trips', or of this one, and nobody of any of these gives one back (certain)
                        """)
                .contains(
                        "try:  have all callers take connections of this pool and of 'trips' in the same order, or give"
                                + " the first back before they ask for the second; with 2 connections of this pool, one for each"
                                + " caller who has or wants one, they would not stand still");
    }

    @Test
    void on_platform_threads_must_stand_for_a_moment() {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        Caller<@Nullable Throwable> one = within(trips, audit);
        Caller<@Nullable Throwable> other = within(audit, trips);
        begin.countDown();
        pools.clock.awaitParked(one.thread());
        pools.clock.awaitParked(other.thread());

        pools.clock.advance(Duration.ofNanos(Circles.GRACE - 1));
        assertThat(List.of(one.isDone(), other.isDone())).containsOnly(false);
        pools.clock.advance(Duration.ofNanos(1));

        List<Throwable> failures = failures(List.of(one, other));
        assertThat(failures).hasSize(1);
        assertThat(refusal(failures.getFirst())
                        .explanation()
                        .diagnoses()
                        .getFirst()
                        .confidence())
                .isEqualTo(Confidence.LIKELY);
    }

    /// On a platform thread whose stack still has the line that checked out.
    private Caller<@Nullable Throwable> within(Pool has, Pool wants) {
        int before = holders.get();
        Caller<@Nullable Throwable> caller = Caller.start(Thread.ofPlatform(), () -> {
            try (Checkout mine = has.checkOut("GET /trips")) {
                Canary.select(mine.connection());
                holders.incrementAndGet();
                begin.await();
                return catchThrowable(() -> second(wants, PATIENCE).close());
            }
        });
        Await.until(() -> holders.get() > before, () -> holders + " have one");
        return caller;
    }

    /// Two cross, and the youngest of all, who has a connection of a third pool, only waits for them: to refuse him
    /// would help nobody.
    @Test
    void are_opened_by_refusing_one_of_them_and_none_who_only_waits_for_them() throws Exception {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        Pool fares = pool("fares", 1);
        List<Caller<@Nullable Throwable>> two = List.of(unused(trips, audit), unused(audit, trips));
        CountDownLatch last = new CountDownLatch(1);
        Caller<@Nullable Throwable> third = crossing(Thread.ofVirtual(), fares, trips, last, PATIENCE);
        begin.countDown();
        two.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        pools.clock.advance(Duration.ofNanos(1));
        waits(last, third);

        pools.clock.advance(Duration.ofNanos(Circles.GRACE));

        assertThat(failures(two)).hasSize(1);
        assertThat(third.result()).isNull();
    }

    /// Seen from a pool at the end of a chain, too, whose last two joined last.
    @Test
    void are_found_from_a_pool_whose_holders_only_wait_for_them() {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        Pool stock = pool("stock", 1);
        Pool fares = pool("fares", 1);
        List<Caller<@Nullable Throwable>> two = List.of(unused(trips, audit), unused(audit, trips));
        CountDownLatch last = new CountDownLatch(1);
        List<Caller<@Nullable Throwable>> chain = List.of(
                crossing(Thread.ofVirtual(), fares, stock, last, PATIENCE),
                crossing(Thread.ofVirtual(), stock, trips, last, PATIENCE));
        begin.countDown();
        two.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        last.countDown();
        chain.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        Caller<Checkout> end = pools.waiting("end", fares);
        Neighbours neighbours = pools.scheduling().neighbours();

        Circle circle = Objects.requireNonNull(new WaitsFor(neighbours, ((QueuePool) fares).now())
                .from(neighbours.present().getLast()));

        assertThat(circle.pools()).extracting(Neighbour::name).containsExactly("trips", "audit");
        assertThat(circle.youngest().waiter().thread)
                .isIn(two.getFirst().thread(), two.getLast().thread());
        assertThat(circle.isProved()).isFalse();
        pools.clock.advance(Duration.ofNanos(Circles.GRACE));
        assertThat(failures(two)).hasSize(1);
        assertThat(failures(chain)).isEmpty();
        assertThat(end.result().label()).isEqualTo("end");
    }

    /// It is not proved of who has not used his connection: so the circle stands for a while.
    private Caller<@Nullable Throwable> unused(Pool has, Pool wants) {
        int before = holders.get();
        Caller<@Nullable Throwable> caller = Caller.start("unused", () -> {
            try (Checkout mine = has.checkOut("GET /trips")) {
                holders.incrementAndGet();
                begin.await();
                Throwable failure = catchThrowable(() -> second(wants, PATIENCE).close());
                assertThat(mine.label()).isEqualTo("GET /trips");
                return failure;
            }
        });
        Await.until(() -> holders.get() > before, () -> holders + " have one");
        return caller;
    }

    /// A near miss: somebody works with a connection of the second pool, and gives it back.
    @Test
    void are_left_alone_while_one_of_the_holders_works() throws Exception {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 2);
        Checkout working = first(audit);
        List<Caller<@Nullable Throwable>> callers = List.of(crossing(trips, audit), crossing(audit, trips));
        begin.countDown();
        callers.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        pools.clock.advance(ofSeconds(2));
        callers.forEach(caller -> assertThat(caller.isDone()).isFalse());

        working.close();

        assertThat(failures(callers)).isEmpty();
    }

    /// A near miss: a connection of the second pool is on its way.
    @Test
    void are_left_alone_while_a_connection_is_being_opened_in_one_of_them() throws Exception {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 2);
        List<Caller<@Nullable Throwable>> callers = List.of(crossing(trips, audit), crossing(audit, trips));
        Gate connect = pools.database.every("connect").hangs();
        begin.countDown();
        connect.awaitHanging(1);
        callers.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        callers.forEach(caller -> assertThat(caller.isDone()).isFalse());

        connect.open();

        assertThat(failures(callers)).isEmpty();
    }

    /// A near miss: one of the two is about to give up, and gives back what he has.
    @Test
    void are_left_alone_where_one_of_them_waits_for_a_moment_only() {
        Pool trips = pool("trips", 1);
        Pool audit = pool("audit", 1);
        Caller<@Nullable Throwable> hasty = crossing(Thread.ofVirtual(), trips, audit, begin, ofMillis(100));
        Caller<@Nullable Throwable> patient = crossing(audit, trips);
        begin.countDown();
        pools.clock.awaitParked(hasty.thread());
        pools.clock.awaitParked(patient.thread());

        pools.clock.advance(ofMillis(100));

        assertThat(hasty.result())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(CircularWaitException.class);
        assertThat(patient.result()).isNull();
    }

    /// A near miss: they wait in one direction only.
    @Test
    void are_no_circle_if_all_ask_in_the_same_order() {
        Pool trips = pool("trips", 2);
        Pool audit = pool("audit", 1);
        CountDownLatch done = new CountDownLatch(1);
        Caller<Boolean> slow = slow(audit, done);
        List<Caller<@Nullable Throwable>> callers = List.of(crossing(trips, audit), crossing(trips, audit));
        begin.countDown();
        callers.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        pools.clock.advance(ofSeconds(2));
        callers.forEach(caller -> assertThat(caller.isDone()).isFalse());

        done.countDown();

        assertThat(failures(callers)).isEmpty();
        assertThat(slow.result()).isTrue();
    }

    private Caller<Boolean> slow(Pool pool, CountDownLatch done) {
        int before = holders.get();
        Caller<Boolean> slow = Caller.start("slow", () -> {
            try (Checkout mine = first(pool)) {
                holders.incrementAndGet();
                done.await();
                return mine.label() != null;
            }
        });
        Await.until(() -> holders.get() > before, () -> holders + " have one");
        return slow;
    }

    /// There is no circle, but who waits in vain for the first pool is told which one its holders wait for.
    @Test
    void name_the_slow_one_in_the_timeouts_of_the_other() {
        Pool trips = pool("trips", 2);
        Pool audit = pool("audit", 1);
        CountDownLatch done = new CountDownLatch(1);
        Caller<Boolean> slow = slow(audit, done);
        List<Caller<@Nullable Throwable>> callers = List.of(crossing(trips, audit), crossing(trips, audit));
        begin.countDown();
        callers.forEach(caller -> pools.clock.awaitParked(caller.thread()));
        Caller<Checkout> late = pools.waiting("late", trips, ofSeconds(3).toNanos());

        pools.clock.advance(ofSeconds(3));

        Explanation explanation = ((PoolTimeoutException) late.failure()).explanation();
        assertThat(explanation.diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.HeldOutsideSql.class, held -> {
                    assertThat(held.awaited()).isEqualTo(new Diagnosis.Awaited("audit", 2, ofSeconds(3)));
                    assertThat(held.confidence()).isEqualTo(Confidence.CERTAIN);
                });
        assertThat(explanation.text())
                .contains("; 2 of those who have one wait for one of pool 'audit', for up to 3.0 s (certain)")
                .contains("try:  see why pool 'audit' has none for them, by its own timeouts or its explain(): those of"
                        + " this pool are kept for nothing until then; or have GET /trips give its connection back before it"
                        + " asks for one of 'audit', or ask for that one first");
        done.countDown();
        assertThat(failures(callers)).isEmpty();
        assertThat(slow.result()).isTrue();
    }

    /// A near miss: one of ten holders waits for another pool, the others do something else.
    @Test
    void are_not_named_for_one_of_many_who_waits_there() throws Exception {
        Pool trips = pool("trips", 10);
        Pool audit = pool("audit", 1);
        CountDownLatch done = new CountDownLatch(1);
        List<Caller<Boolean>> busy = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            busy.add(slow(trips, done));
        }
        busy.add(slow(audit, done));
        Caller<@Nullable Throwable> one = crossing(trips, audit);
        waits(begin, one);
        Caller<Checkout> late = pools.waiting("late", trips, ofSeconds(3).toNanos());

        pools.clock.advance(ofSeconds(3));

        assertThat(((PoolTimeoutException) late.failure()).explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(
                        Diagnosis.HeldOutsideSql.class,
                        held -> assertThat(held.awaited()).isNull());
        done.countDown();
        assertThat(one.result()).isNull();
        busy.forEach(caller -> assertThat(caller.result()).isTrue());
    }
}
