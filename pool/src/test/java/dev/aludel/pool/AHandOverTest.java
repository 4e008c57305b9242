package dev.aludel.pool;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Whom a connection that comes back wakes, and what that costs, counted. (reliability row F44)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHandOverTest {
    private static final int SIZE = 4;

    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private final AtomicInteger patientWoken = new AtomicInteger();
    private final AtomicInteger hastyWoken = new AtomicInteger();
    private final AtomicInteger unparked = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger timedOut = new AtomicInteger();
    private final AtomicInteger visited = new AtomicInteger();

    private final QueuePool pool = (QueuePool) Pool.of(new Settings()
            .connections(database::connect)
            .size(SIZE)
            .maxOverflow(0)
            .scheduling(new Scheduling(
                    clock, this::park, this::unpark, Thread.ofVirtual()::start, new Random(1), Deadlines.NEAR)));

    /// The queue, which counts whom the pool looks at.
    private final class Counted extends ConcurrentLinkedDeque<Waiter> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Waiter poll() {
            visited.incrementAndGet();
            return super.poll();
        }

        @Override
        public @Nullable Waiter peek() {
            visited.incrementAndGet();
            return super.peek();
        }

        @Override
        public boolean remove(Object waiter) {
            visited.addAndGet(size());
            return super.remove(waiter);
        }

        @Override
        public Iterator<Waiter> iterator() {
            visited.addAndGet(size());
            return super.iterator();
        }
    }

    private void park(long nanos) {
        clock.parkNanos(nanos);
        String name = Thread.currentThread().getName();
        if (name.equals("patient")) {
            patientWoken.incrementAndGet();
        } else if (name.equals("hasty")) {
            hastyWoken.incrementAndGet();
        }
    }

    private void unpark(Thread thread) {
        if (thread.getName().equals("patient")) {
            unparked.incrementAndGet();
        }
        clock.unpark(thread);
    }

    private List<Thread> start(String name, int count, Duration patience) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(Thread.ofVirtual().name(name).start(() -> {
                try (Checkout mine = pool.checkOut(name, patience)) {
                    served.addAndGet(mine.label() == null ? 0 : 1);
                } catch (SQLException e) {
                    timedOut.incrementAndGet();
                }
            }));
        }
        return callers;
    }

    private static void join(List<Thread> callers) throws InterruptedException {
        for (Thread caller : callers) {
            assertThat(caller.join(ofSeconds(30))).as(caller.toString()).isTrue();
        }
    }

    private boolean areParked(List<Thread> callers) {
        return callers.stream().allMatch(clock::isParked);
    }

    private void awaitParked(List<Thread> callers) {
        Await.until(() -> areParked(callers), () -> "all to park");
    }

    @Test
    void wakes_who_is_served_and_nobody_else_before_his_deadline_is_near() throws Exception {
        List<Checkout> held = Pools.checkOut(pool, SIZE);
        List<Thread> patient = start("patient", 2_000, ofDays(1));
        List<Thread> hasty = start("hasty", 1_000, ofSeconds(5));
        awaitParked(patient);
        awaitParked(hasty);

        clock.advance(ofMillis(4_750));
        assertThat(hastyWoken).hasValue(0);
        clock.advance(ofMillis(150));
        Await.until(() -> hastyWoken.get() == 1_000, hastyWoken::toString);
        awaitParked(hasty);
        clock.advance(ofMillis(200));
        join(hasty);
        assertThat(timedOut).hasValue(1_000);
        assertThat(hastyWoken).as("once when it is near, once at the deadline").hasValue(2_000);
        assertThat(patientWoken).hasValue(0);

        held.forEach(Checkout::close);
        join(patient);

        assertThat(served).hasValue(2_000);
        assertThat(patientWoken).as("with a connection, each").hasValue(2_000);
        pool.close();
    }

    private record Cost(double unparked, double visited) {}

    /// What each of so many hand-overs costs, of one connection from one to the next.
    private Cost perHandOver(int waiters) throws Exception {
        List<Checkout> held = Pools.checkOut(pool, SIZE);
        List<Thread> callers = start("patient", waiters, ofDays(1));
        awaitParked(callers);
        unparked.set(0);
        visited.set(0);
        held.getFirst().close();
        join(callers);
        Cost cost = new Cost(unparked.get() / (double) waiters, visited.get() / (double) waiters);
        held.subList(1, SIZE).forEach(Checkout::close);
        return cost;
    }

    @Test
    void costs_as_much_with_ten_thousand_in_the_queue_as_with_a_hundred() throws Exception {
        Field ranks = Line.class.getDeclaredField("queue");
        ranks.setAccessible(true);
        Field queue = Ranks.class.getDeclaredField("normal");
        queue.setAccessible(true);
        queue.set(ranks.get(pool.line()), new Counted());

        Cost few = perHandOver(100);
        Cost many = perHandOver(10_000);

        System.out.printf(
                "figures: a hand-over with 100 in the queue: %.2f unparks, %.2f looks at the queue; with 10,000: %.2f"
                        + " and %.2f%n",
                few.unparked(), few.visited(), many.unparked(), many.visited());
        assertThat(many.unparked()).isEqualTo(1);
        assertThat(few.unparked()).isEqualTo(1);
        assertThat(many.visited()).isLessThan(few.visited() + 1);
        pool.close();
    }
}
