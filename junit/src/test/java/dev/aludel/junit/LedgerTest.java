package dev.aludel.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.LoanListener;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LedgerTest {
    private final Ledger ledger = new Ledger();

    /// The answer of a server arrives before it has given its connection back.
    @Test
    void waits_a_moment_for_what_another_thread_is_about_to_give_back() throws InterruptedException {
        Thread test = Thread.currentThread();
        Thread server = Thread.ofPlatform().unstarted(() -> {
            while (test.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            ledger.checkedIn(lent(Thread.currentThread()), Duration.ZERO, Duration.ZERO, Duration.ZERO);
        });
        ledger.begin("the test", Limits.DEFAULT);
        ledger.checkedOut(lent(server));
        server.start();

        assertThat(ledger.end()).isEmpty();
        server.join();
    }

    private static LoanListener.Lent lent(Thread owner) {
        return new LoanListener.Lent(1, "GET /fare", "Fares.show(Fares.java:7)", owner);
    }
}
