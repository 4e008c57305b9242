package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HistoryTest {
    private static final long SECOND = 1_000_000_000;

    private final History history = new History(64 * SECOND);
    private final long window = history.windowEnd(0);

    private double collected(int account, int column, long from, long to) {
        History.Tally tally = new History.Tally();
        history.collect(from, to, tally);
        return tally.of(account, column);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 250_000_000L, 10 * SECOND, 30 * SECOND, 365L * 24 * 3600 * SECOND})
    void has_windows_of_which_64_cover_the_span(long span) {
        long length = new History(span).windowEnd(0);

        assertThat(Long.bitCount(length)).isEqualTo(1);
        assertThat(length).isGreaterThanOrEqualTo(1_024);
        assertThat(64.0 * length).isGreaterThanOrEqualTo(Math.min((double) span, 64.0 * (1L << 48)));
        assertThat(length).isLessThanOrEqualTo(Math.max(1_024, span / 32));
    }

    @Test
    void keeps_totals_of_what_it_charged() {
        history.spread(3, History.HELD, 100, 100 + 5 * window);
        history.spread(3, History.HELD, 0, 7);
        history.spread(4, History.SQL, 0, 11);

        assertThat(history.total(3, History.HELD)).isEqualTo(5 * window + 7);
        assertThat(history.total(4, History.SQL)).isEqualTo(11);
        assertThat(history.total(4, History.HELD)).isZero();
        assertThat(history.total(500, History.HELD)).isZero();
    }

    @Test
    void gives_back_what_lies_within_a_stretch_of_time() {
        history.spread(1, History.HELD, 0, 10 * window);

        assertThat(collected(1, History.HELD, 2 * window, 6 * window)).isEqualTo(4.0 * window);
        assertThat(collected(1, History.HELD, 0, 10 * window)).isEqualTo(10.0 * window);
        assertThat(collected(1, History.HELD, 10 * window, 12 * window)).isZero();
    }

    @Test
    void counts_a_window_at_the_edge_by_its_share() {
        history.spread(1, History.HELD, 0, 10 * window);

        assertThat(collected(1, History.HELD, window / 4, 10 * window)).isEqualTo(9.75 * window);
    }

    @Test
    void takes_the_window_that_is_being_filled_as_ending_now() {
        history.spread(1, History.HELD, 0, 4 * window + window / 2);

        assertThat(collected(1, History.HELD, 4 * window, 4 * window + window / 2))
                .isEqualTo(window / 2.0);
        assertThat(collected(1, History.HELD, 4 * window + window / 4, 4 * window + window / 2))
                .isEqualTo(window / 4.0);
    }

    @Test
    void forgets_windows_that_are_long_past_but_not_totals() {
        history.spread(1, History.HELD, 0, window);
        history.spread(2, History.HELD, 128 * window, 129 * window); // in the place of the first

        assertThat(collected(1, History.HELD, 0, window)).isZero();
        assertThat(history.total(1, History.HELD)).isEqualTo(window);
    }

    @Test
    void of_a_stretch_longer_than_all_windows_keeps_the_total_and_the_end() {
        history.spread(1, History.HELD, 0, 1_000 * window);

        assertThat(history.total(1, History.HELD)).isEqualTo(1_000 * window);
        assertThat(collected(1, History.HELD, 936 * window, 1_000 * window)).isEqualTo(64.0 * window);
    }

    @Test
    void charges_what_is_too_much_for_one_window_to_others_so_that_sums_stay_right_and_nobody_is_blamed() {
        for (int account = 2; account < 8; account++) {
            history.spread(account, History.HELD, 0, 10);
        }
        History.Tally tally = new History.Tally();
        history.collect(0, window, tally);

        assertThat(tally.sum(History.HELD)).isCloseTo(60, within(0.001));
        assertThat(tally.of(Accounts.OTHERS, History.HELD)).isCloseTo(20, within(0.001));
        assertThat(tally.of(2, History.HELD)).isCloseTo(10, within(0.001));
        assertThat(tally.of(7, History.HELD)).isZero();
        assertThat(history.total(7, History.HELD)).isEqualTo(10);
    }

    @Test
    void charges_nothing_for_no_time() {
        history.spread(1, History.RESETTING, 5, 5);

        assertThat(history.total(1, History.RESETTING)).isZero();
        assertThat(collected(1, History.RESETTING, 0, window)).isZero();
    }

    @Test
    void knows_where_a_window_ends() {
        assertThat(history.windowEnd(0)).isEqualTo(window);
        assertThat(history.windowEnd(window - 1)).isEqualTo(window);
        assertThat(history.windowEnd(window)).isEqualTo(2 * window);
    }

    @Test
    void tells_all_accounts_apart_in_a_tally_that_begins_small() {
        History.Tally tally = new History.Tally();
        assertThat(tally.of(Accounts.LIMIT - 1, History.UNSEEN)).isZero();
        tally.add(2, History.HELD, 3);
        History.Tally other = new History.Tally();
        other.add(Accounts.LIMIT - 1, History.UNSEEN, 5);
        other.add(2, History.HELD, 4);

        tally.add(other);

        assertThat(tally.of(Accounts.LIMIT - 1, History.UNSEEN)).isEqualTo(5);
        assertThat(tally.of(2, History.HELD)).isEqualTo(7);
        assertThat(tally.sum(History.HELD)).isEqualTo(7);
        assertThat(tally.sum(History.UNSEEN)).isEqualTo(5);
    }
}
