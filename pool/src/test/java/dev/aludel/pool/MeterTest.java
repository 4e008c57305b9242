package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MeterTest {
    private static final int MINE = 3;
    private static final int YOURS = 4;

    private final History history = new History(64_000_000_000L);
    private final Meter meter = new Meter(history);
    private final long window = history.windowEnd(0);

    private double collected(int account, int column, long from, long to) {
        History.Tally tally = new History.Tally();
        meter.collect(from, to, tally);
        return tally.of(account, column);
    }

    private void loan(int account, long from, long to, long inSql) {
        meter.lent(account, from);
        meter.sqlBegins(from);
        meter.sqlEnds(from, from + inSql);
        meter.ended(to);
    }

    @Test
    void gathers_short_loans_and_moves_them_when_the_window_ends() {
        loan(MINE, 10, 20, 4);
        loan(MINE, 30, 50, 6);

        assertThat(history.total(MINE, History.HELD)).isZero(); // not yet there
        assertThat(meter.totals(MINE, 60)).containsExactly(30, 10, 0, 0, 2, 30, 10, 0);

        loan(MINE, window + 10, window + 11, 1);

        assertThat(history.total(MINE, History.HELD)).isEqualTo(30);
        assertThat(meter.totals(MINE, window + 20)).containsExactly(31, 11, 0, 0, 3, 31, 11, 0);
    }

    @Test
    void tells_accounts_apart_that_take_turns() {
        for (long turn = 0; turn < 10; turn++) {
            loan(MINE, 100 * turn, 100 * turn + 10, 1);
            loan(YOURS, 100 * turn + 50, 100 * turn + 70, 2);
        }

        assertThat(meter.totals(MINE, 2_000)).containsExactly(100, 10, 0, 0, 10, 100, 10, 0);
        assertThat(meter.totals(YOURS, 2_000)).containsExactly(200, 20, 0, 0, 10, 200, 20, 0);
        assertThat(collected(MINE, History.HELD, 0, window)).isEqualTo(100);
        assertThat(collected(YOURS, History.SQL, 0, window)).isEqualTo(20);
    }

    @Test
    void shows_the_loan_at_hand_and_the_call_that_runs() {
        meter.lent(MINE, 100);
        meter.sqlBegins(200);

        assertThat(meter.sqlSince()).isEqualTo(200);
        assertThat(meter.totals(MINE, 300)).containsExactly(200, 100, 0, 0, 0, 0, 0, 0);

        meter.sqlEnds(200, 350);
        assertThat(meter.sqlSince()).isZero();
        assertThat(meter.totals(MINE, 400)).containsExactly(300, 150, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void counts_a_call_within_a_call_once() {
        meter.lent(MINE, 100);
        meter.sqlBegins(200);
        meter.sqlBegins(220); // the driver reads a stream of the same loan
        meter.sqlEnds(220, 250);

        assertThat(meter.sqlSince()).isEqualTo(200);
        assertThat(meter.totals(MINE, 300)).containsExactly(200, 100, 0, 0, 0, 0, 0, 0);

        meter.sqlBegins(300);
        meter.sqlEnds(300, 300 + 2 * window);
        meter.sqlEnds(200, 310 + 2 * window);
        meter.ended(320 + 2 * window);
        assertThat(meter.runs()).isFalse();
        assertThat(meter.totals(MINE, 400 + 2 * window))
                .containsExactly(220 + 2 * window, 110 + 2 * window, 0, 0, 1, 220 + 2 * window, 110 + 2 * window, 0);
    }

    @Test
    void counts_calls_of_two_threads_from_the_first_to_the_last_instant() { // F31
        meter.lent(MINE, 100);
        meter.sqlBegins(200);
        meter.sqlBegins(300);
        meter.sqlEnds(200, 400); // the first call ends first
        assertThat(meter.sqlSince()).isEqualTo(200);
        assertThat(meter.runs()).isTrue();

        meter.sqlEnds(300, 500);

        assertThat(meter.runs()).isFalse();
        assertThat(meter.totals(MINE, 600)).containsExactly(500, 300, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void forgets_what_outlived_its_loan() {
        meter.lent(MINE, 100);
        meter.sqlBegins(200);
        meter.sqlBegins(200);
        meter.sqlBegins(200);
        meter.ended(300);

        loan(YOURS, 400, 500, 10);

        assertThat(meter.runs()).isFalse();
        assertThat(meter.totals(YOURS, 600)).containsExactly(100, 10, 0, 0, 1, 100, 10, 0);
    }

    @Test
    void takes_back_a_call_that_was_not_to_begin_and_no_other() {
        meter.lent(MINE, 100);
        long first = meter.sqlBegins(200);
        long second = meter.sqlBegins(210);
        meter.sqlNeverBegan(second);
        assertThat(meter.sqlSince()).isEqualTo(200);

        meter.sqlNeverBegan(first);
        assertThat(meter.runs()).isFalse();
    }

    @Test
    void has_none_running_when_the_last_of_them_was_not_to_begin() {
        meter.lent(MINE, 100);
        meter.sqlBegins(200);
        long late = meter.sqlBegins(300); // of a thread whose loan is over
        meter.sqlEnds(200, 400);

        meter.sqlNeverBegan(late);

        assertThat(meter.runs()).isFalse();
    }

    @Test
    void leaves_the_next_loans_call_alone_when_one_of_an_older_loan_was_not_to_begin() { // F31
        meter.lent(MINE, 100);
        long late = meter.sqlBegins(200);
        meter.ended(210);
        meter.lent(YOURS, 220);
        meter.sqlBegins(230);

        meter.sqlNeverBegan(late);

        assertThat(meter.sqlSince()).isEqualTo(230);
    }

    /// Two threads at once begin and end calls; each sees, while its own is under way, that one is.
    @Test
    void never_loses_a_call_that_is_under_way() throws Exception { // F31
        meter.lent(MINE, 1);
        List<Caller<Integer>> threads = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
            threads.add(Caller.start(Thread.ofPlatform().daemon(), () -> {
                int lost = 0;
                for (int turn = 0; turn < 200_000; turn++) {
                    meter.sqlBegins(10);
                    lost += meter.runs() ? 0 : 1;
                    meter.sqlEnds(10, 10);
                }
                return lost;
            }));
        }
        for (Caller<Integer> thread : threads) {
            assertThat(thread.result()).isZero();
        }
        assertThat(meter.runs()).isFalse();
    }

    @Test
    void spreads_a_long_loan_and_a_long_call_over_their_windows() {
        meter.lent(MINE, 0);
        meter.sqlBegins(window);
        meter.sqlEnds(window, 3 * window);
        meter.ended(4 * window);

        assertThat(collected(MINE, History.SQL, window, 2 * window)).isEqualTo((double) window);
        assertThat(collected(MINE, History.SQL, 3 * window, 4 * window)).isZero();
        assertThat(collected(MINE, History.HELD, 0, 4 * window)).isEqualTo(4.0 * window);
        assertThat(meter.totals(MINE, 5 * window))
                .containsExactly(4 * window, 2 * window, 0, 0, 1, 4 * window, 2 * window, 0);
    }

    @Test
    void charges_checking_in_and_connecting_to_who_caused_them() {
        loan(MINE, 0, 10, 0);
        meter.reset(MINE, 10, 15);
        meter.reset(MINE, window - 5, window + 5);
        meter.connecting(YOURS, 0, 2 * window);

        assertThat(meter.totals(MINE, 2 * window)[History.RESETTING]).isEqualTo(15);
        assertThat(meter.totals(YOURS, 2 * window)[History.CONNECTING]).isEqualTo(2 * window);
    }

    @Test
    void never_shows_a_reader_a_number_that_falls() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        List<String> wrong = new ArrayList<>();
        Caller<Boolean> writer = Caller.start(Thread.ofPlatform().daemon(), () -> {
            reading.await();
            long now = 1;
            for (int turn = 0; turn < 300_000; turn++, now += 40) {
                int account = turn % 7 == 0 ? YOURS : MINE;
                meter.lent(account, now);
                meter.sqlBegins(now + 1);
                meter.sqlEnds(now + 1, now + 21);
                meter.ended(now + 30);
            }
            return true;
        });
        long[] last = new long[History.COLUMNS];
        while (!writer.isDone()) {
            long[] next = meter.totals(MINE, 0); // at that time, nothing of an open loan counts
            reading.countDown();
            for (int column = 0; column < next.length; column++) {
                if (next[column] < last[column]) {
                    wrong.add("column " + column + " fell from " + last[column] + " to " + next[column]);
                }
            }
            if (next[History.ENDED_HELD] != 30 * next[History.CHECKOUTS]) {
                wrong.add(next[History.CHECKOUTS] + " loans of 30 make " + next[History.ENDED_HELD]);
            }
            last = next;
        }

        assertThat(writer.result()).isTrue();
        assertThat(wrong).isEmpty();
        assertThat(meter.totals(YOURS, 0)[History.CHECKOUTS] + meter.totals(MINE, 0)[History.CHECKOUTS])
                .isEqualTo(300_000);
    }

    @Test
    void counts_what_nobody_saw_as_neither_in_sql_nor_outside() {
        meter.lent(MINE, 0);
        meter.sqlBegins(10);
        meter.sqlEnds(10, 30);
        meter.unseen(100);
        meter.sqlBegins(200);
        assertThat(meter.totals(MINE, 300)).containsExactly(300, 20, 0, 0, 0, 0, 0, 200);
        assertThat(collected(MINE, History.UNSEEN, 0, 300)).isEqualTo(200);
        meter.sqlEnds(200, 400);
        meter.ended(2 * window);

        assertThat(meter.totals(MINE, 3 * window))
                .containsExactly(2 * window, 20, 0, 0, 1, 2 * window, 2 * window - 80, 2 * window - 100);

        loan(MINE, 4 * window, 4 * window + 10, 5); // the next loan is seen again
        assertThat(meter.totals(MINE, 5 * window)[History.UNSEEN]).isEqualTo(2 * window - 100);
    }
}
