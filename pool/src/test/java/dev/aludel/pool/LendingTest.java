package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.VirtualClock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LendingTest {
    private final VirtualClock clock = new VirtualClock();
    private final Scheduling scheduling = new Scheduling(
            clock,
            clock::parkNanos,
            clock::unpark,
            task -> Thread.ofVirtual().start(task),
            new Random(1),
            Deadlines.NEAR);
    private final Lending lending = new Lending(scheduling);

    @Test
    void ends_once() {
        assertThat(lending.isOpen()).isTrue();
        assertThat(lending.close()).isTrue();
        assertThat(lending.close()).isFalse();
        assertThat(lending.isOpen()).isFalse();
    }

    @Test
    void is_resumed_if_it_was_suspended() {
        assertThat(lending.resume()).isFalse();
        lending.suspend();
        assertThat(lending.isOpen()).isFalse();
        assertThat(lending.suspendedSince()).isPositive();

        assertThat(lending.resume()).isTrue();

        assertThat(lending.isOpen()).isTrue();
        assertThat(lending.suspendedSince()).isZero();
    }

    @Test
    void says_whether_what_is_waited_for_came_in_time() {
        AtomicBoolean rest = new AtomicBoolean();
        long deadline = scheduling.now() + TimeUnit.SECONDS.toNanos(9);
        Caller<Boolean> inTime = Caller.start("in time", () -> lending.await(rest::get, deadline));
        Caller<Boolean> late = Caller.start("late", () -> lending.await(() -> false, deadline));
        clock.awaitParked(2);

        rest.set(true);
        lending.changed();
        assertThat(inTime.result()).isTrue();
        clock.awaitParked(late.thread());
        clock.advance(Duration.ofSeconds(9));
        assertThat(late.result()).isFalse();
    }
}
