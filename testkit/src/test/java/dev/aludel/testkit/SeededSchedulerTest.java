package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SeededSchedulerTest {
    /// Three tasks that park, wake each other, start others and sleep.
    private static SeededScheduler busy(long seed) {
        SeededScheduler scheduler = new SeededScheduler(seed);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int own = i;
            threads.add(scheduler.spawn("worker " + i, () -> {
                for (int round = 0; round < 5; round++) {
                    scheduler.pause("round");
                    scheduler.unpark(threads.get((own + 1) % 3));
                    scheduler.execute(() -> scheduler.pause("helper"));
                    scheduler.parkNanos(1_000_000L * (own + 1));
                }
            }));
        }
        return scheduler;
    }

    @Test
    void the_same_seed_gives_the_same_schedule() {
        for (long seed = 1; seed <= 20; seed++) {
            SeededScheduler first = busy(seed);
            SeededScheduler second = busy(seed);
            first.run();
            second.run();

            assertThat(second.trace()).isEqualTo(first.trace()).hasSizeGreaterThan(20);
        }
    }

    @Test
    void other_seeds_give_other_schedules() {
        Set<List<String>> traces = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            SeededScheduler scheduler = busy(seed);
            scheduler.run();
            traces.add(scheduler.trace());
        }

        assertThat(traces).hasSize(20);
    }

    @Test
    void time_moves_to_the_next_deadline_when_nothing_can_run() {
        SeededScheduler scheduler = new SeededScheduler(1);
        List<String> woken = new ArrayList<>();
        scheduler.spawn("late", () -> {
            scheduler.parkNanos(3_000);
            woken.add("late at " + scheduler.getAsLong());
        });
        scheduler.spawn("early", () -> {
            scheduler.parkNanos(1_000);
            woken.add("early at " + scheduler.getAsLong());
        });

        scheduler.run();

        assertThat(woken).containsExactly("early at 1000", "late at 3000");
    }

    @Test
    void in_some_schedules_a_timeout_comes_before_the_wake_up_and_in_others_after() {
        Set<Boolean> inTime = new HashSet<>();
        for (long seed = 1; seed <= 200; seed++) {
            SeededScheduler scheduler = new SeededScheduler(seed);
            Thread sleeper = scheduler.spawn("sleeper", () -> {
                scheduler.parkNanos(1_000);
                inTime.add(scheduler.getAsLong() < 1_000);
            });
            scheduler.spawn("waker", () -> {
                for (int i = 0; i < 20; i++) {
                    scheduler.pause("on the way");
                }
                scheduler.unpark(sleeper);
            });
            scheduler.run();
        }

        assertThat(inTime).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void finds_the_lost_update_of_two_tasks() {
        Set<Integer> sums = new HashSet<>();
        for (long seed = 1; seed <= 200; seed++) {
            int[] sum = {0};
            SeededScheduler scheduler = new SeededScheduler(seed);
            for (int i = 0; i < 2; i++) {
                scheduler.spawn("adder " + i, () -> {
                    int before = sum[0];
                    scheduler.pause("between read and write");
                    sum[0] = before + 1;
                });
            }
            scheduler.run();
            sums.add(sum[0]);
        }

        assertThat(sums).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void a_deadlock_is_told_with_the_state_of_each_task_the_seed_and_the_switches() {
        SeededScheduler scheduler = new SeededScheduler(7);
        scheduler.spawn("left", () -> scheduler.parkNanos(Long.MAX_VALUE));
        scheduler.spawn("right", () -> scheduler.parkNanos(Long.MAX_VALUE));

        assertThatThrownBy(scheduler::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("deadlock: nothing can run and no deadline is open")
                .hasMessageContaining("seed 7 gives this schedule again")
                .hasMessageContaining("left: parked, at park")
                .hasMessageContaining("right: parked, at park")
                .hasMessageContaining("0.0 ms left (start)");
    }

    @Test
    void what_a_task_throws_is_the_failure_of_the_schedule() {
        SeededScheduler scheduler = new SeededScheduler(8);
        scheduler.spawn("faulty", () -> {
            throw new IllegalStateException("as the test says");
        });

        assertThatThrownBy(scheduler::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("as the test says")
                .hasMessageContaining("seed 8 ")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_check_after_each_switch_sees_each_state() {
        SeededScheduler scheduler = new SeededScheduler(9);
        int[] step = {0};
        Set<Integer> seen = new HashSet<>();
        scheduler.afterEachSwitch(() -> seen.add(step[0]));
        scheduler.spawn("stepper", () -> {
            for (step[0] = 1; step[0] < 4; step[0]++) {
                scheduler.parkNanos(1);
            }
        });

        scheduler.run();

        assertThat(seen).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void a_check_at_rest_is_made_before_time_moves() {
        SeededScheduler scheduler = new SeededScheduler(10);
        List<Long> rests = new ArrayList<>();
        scheduler.whenAtRest(() -> rests.add(scheduler.getAsLong()));
        scheduler.spawn("sleeper", () -> {
            scheduler.parkNanos(1_000);
            scheduler.parkNanos(1_000);
        });

        scheduler.run();

        assertThat(rests).containsExactly(0L, 1_000L);
    }

    @Test
    void a_permit_lets_the_next_park_return_at_once_and_permits_do_not_add_up() {
        SeededScheduler scheduler = new SeededScheduler(11);
        scheduler.spawn("task", () -> {
            scheduler.unpark(Thread.currentThread());
            scheduler.unpark(Thread.currentThread());
            scheduler.parkNanos(1_000);
            assertThat(scheduler.getAsLong()).isZero();
            scheduler.parkNanos(1_000);
            assertThat(scheduler.getAsLong()).isEqualTo(1_000);
        });

        scheduler.run();
    }

    @Test
    void an_interrupt_ends_a_park_and_is_kept_and_ends_a_sleep_and_is_thrown() {
        SeededScheduler scheduler = new SeededScheduler(12);
        List<String> heard = new ArrayList<>();
        Thread parked = scheduler.spawn("parked", () -> {
            scheduler.parkNanos(Long.MAX_VALUE);
            heard.add("parked, flag " + Thread.currentThread().isInterrupted());
        });
        Thread asleep = scheduler.spawn("asleep", () -> {
            try {
                scheduler.sleep(Duration.ofDays(1));
            } catch (InterruptedException e) {
                heard.add("asleep, flag " + Thread.currentThread().isInterrupted());
            }
        });
        scheduler.spawn("interrupter", () -> {
            scheduler.parkNanos(1);
            parked.interrupt();
            asleep.interrupt();
        });

        scheduler.run();

        assertThat(heard).containsExactlyInAnyOrder("parked, flag true", "asleep, flag false");
    }

    @Test
    void who_sleeps_is_not_woken_by_unpark() throws Exception {
        SeededScheduler scheduler = new SeededScheduler(13);
        Thread sleeper = scheduler.spawn("sleeper", () -> {
            try {
                scheduler.sleep(Duration.ofNanos(500));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(scheduler.getAsLong()).isEqualTo(500);
        });
        scheduler.spawn("waker", () -> scheduler.unpark(sleeper));

        scheduler.run();
    }

    @Test
    void a_task_may_wait_for_a_lock_that_another_holds() {
        for (long seed = 1; seed <= 50; seed++) {
            SeededScheduler scheduler = new SeededScheduler(seed);
            ReentrantLock lock = new ReentrantLock();
            int[] inside = {0, 0};
            for (int i = 0; i < 3; i++) {
                scheduler.spawn("locker " + i, () -> {
                    lock.lock();
                    try {
                        inside[0]++;
                        scheduler.parkNanos(10);
                        inside[1] = Math.max(inside[1], inside[0]);
                        inside[0]--;
                    } finally {
                        lock.unlock();
                    }
                });
            }

            scheduler.run();

            assertThat(inside[1]).isEqualTo(1);
        }
    }

    @Test
    void only_its_tasks_may_wait_by_it() {
        SeededScheduler scheduler = new SeededScheduler(14);

        assertThatThrownBy(() -> scheduler.parkNanos(1)).isInstanceOf(IllegalStateException.class);
        scheduler.pause("nothing happens");
        scheduler.pause("nothing happens");
    }
}
