package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Connections that do not come back. (reliability row F28)
@DisplayNameGeneration(ReplaceUnderscores.class)
class LeaksTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @RegisterExtension
    final Logged log = new Logged();

    private Pool pool() {
        Pool pool = pools.pool(settings -> settings.size(2).name("trips").leakAfter(ofSeconds(5)));
        pools.clock.awaitParked(1); // who looks
        return pool;
    }

    /// Lets time pass as it does, a little at a time.
    private void pass(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minusMillis(500)) {
            pools.clock.advance(ofMillis(500));
            pools.clock.awaitParked(1);
        }
    }

    private List<String> told() {
        return log.lines(Level.WARN);
    }

    @Test
    void are_told_of_after_the_time_given_once_with_their_line_and_what_the_thread_does() throws Exception {
        Pool pool = pool();
        Checkout forgotten = pool.checkOut("GET /trips");

        pass(ofMillis(4_500));
        assertThat(told()).isEmpty();
        pass(ofSeconds(10));

        assertThat(told())
                .hasSize(1)
                .first()
                .asString()
                .matches(
                        "Connection trips#1 has been out for 5\\.\\d\\d s \\(leakAfter 5\\.00 s\\): label GET /trips, checked out"
                                + " by LeaksTest\\.are_told_of\\S+, its thread is now in .+\\. If it was forgotten, put it in"
                                + " try-with-resources; if the work is long, raise leakAfter");
        forgotten.close();
    }

    @Test
    void are_told_of_again_when_they_come_back_after_all() throws Exception {
        Pool pool = pool();
        Checkout late = pool.checkOut("GET /trips");
        pass(ofSeconds(6));

        late.close();
        pass(ofSeconds(1));

        assertThat(log.lines(Level.INFO))
                .anyMatch(
                        line -> line.matches(
                                "The connection that was out for so long came back after all, after \\d\\.\\d\\d s: GET /trips"));
        Checkout next = pool.checkOut("next");
        pass(ofSeconds(4));
        assertThat(told()).hasSize(1);
        next.close();
    }

    // reliability row F64

    @Test
    void cannot_write_lines_of_their_own_into_the_log_by_their_label() throws Exception {
        Pool pool = pool();
        Checkout late = pool.checkOut("trips\r\nWARN \u001b[31mforged" + "x".repeat(1_000));
        pass(ofSeconds(6));
        late.close();
        pass(ofSeconds(1));

        String shown = "trips??WARN ?[31mforged" + "x".repeat(56) + "…";
        assertThat(told()).singleElement().asString().contains("label " + shown + ", checked out by ");
        assertThat(log.lines(Level.INFO)).anyMatch(line -> line.endsWith(" s: " + shown));
    }

    @Test
    void have_their_line_even_if_the_loan_before_was_short() throws Exception {
        Pool pool = pool();
        pool.checkOut("short").close();
        Checkout forgotten = pool.checkOut("forgotten"); // no time has passed

        pass(ofSeconds(6));

        assertThat(told()).singleElement().asString().contains("checked out by LeaksTest.have_their_line_");
        forgotten.close();
    }

    @Test
    void are_looked_for_later_if_there_was_no_thread_to_do_it_at_first() throws Exception {
        Scheduling usual = pools.scheduling();
        AtomicBoolean refused = new AtomicBoolean();
        Executor busy = task -> {
            if (!refused.getAndSet(true)) {
                throw new RejectedExecutionException("no thread");
            }
            usual.executor().execute(task);
        };
        Pool pool = pools.pool(settings -> settings.size(2)
                .leakAfter(ofSeconds(5))
                .scheduling(new Scheduling(
                        usual.ticker(), usual.park(), usual.unpark(), busy, new Random(42), Long.MAX_VALUE)));
        pool.checkOut("returned").close();
        pools.clock.awaitParked(1);
        Checkout forgotten = pool.checkOut("forgotten");

        pass(ofSeconds(6));

        assertThat(told()).hasSize(1);
        forgotten.close();
    }

    // reliability row F36

    @Test
    void of_a_thread_that_has_ended_say_so() throws Exception {
        Pool pool = pool();
        Caller<Checkout> dying = Caller.start(Thread.ofPlatform().daemon(), () -> pool.checkOut("dying"));
        Checkout orphan = dying.result();
        dying.thread().join();

        pass(ofSeconds(6));

        assertThat(told())
                .hasSize(1)
                .first()
                .asString()
                .contains("its thread has ended, so nobody returns it unless it was passed on");
        assertThat(pool.explain().holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.doing()).isEmpty());
        orphan.close();
    }

    // reliability row F50

    @Test
    void are_not_what_a_process_has_that_stood_still() throws Exception {
        Pool pool = pool();
        Checkout mine = pool.checkOut("paused");
        pass(ofSeconds(2));

        pools.clock.advance(ofSeconds(60));
        pools.clock.awaitParked(1);
        pass(ofSeconds(4));

        assertThat(told()).isEmpty();
        pass(ofSeconds(2));
        assertThat(told()).as("five seconds after it awoke").hasSize(1);
        mine.close();
    }

    @Test
    void are_not_looked_for_by_default() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout mine = pool.checkOut("mine");
        pools.clock.advance(Duration.ofHours(1));

        assertThat(pools.clock.parked()).isZero();
        assertThat(told()).isEmpty();
        mine.close();
    }
}
