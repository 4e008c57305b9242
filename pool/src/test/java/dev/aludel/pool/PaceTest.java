package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PaceTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int SEATS = 2;

    private final Config config = new Settings()
            .connections(() -> {
                throw new SQLException("not asked for here");
            })
            .size(SEATS)
            .config();
    private final Line line =
            new Line(new Capacity(SEATS, 0), SEATS, PaceTest::slot, thread -> {}, slot -> true, slot -> {});
    private final Accounts accounts = new Accounts();
    private final Pace pace = new Pace(new Uses(config, line, accounts), line, config.timeout(), 0);
    private final int account = accounts.of("GET /fare", null).id();

    @SuppressWarnings("NullAway") // a slot of no pool
    private static Slot slot(int index) {
        return new Slot(null, index, new Meter(new History(10 * SECOND)));
    }

    /// Has loans follow each other on one connection, each held for so long of every so long.
    private void lend(long from, long to, long held, long every) {
        Meter meter = line.slots()[0].meter;
        for (long at = from; at + every <= to; at += every) {
            meter.lent(account, at);
            meter.sqlBegins(at);
            meter.sqlEnds(at, at + held / 2);
            meter.ended(at + held);
        }
    }

    @SuppressWarnings("NullAway") // charged to nobody
    private void queue(int callers) {
        for (int i = 0; i < callers; i++) {
            line.join(new Waiter(null, 0, Long.MAX_VALUE), Integer.MAX_VALUE);
        }
    }

    @Test
    void says_nothing_before_anybody_has_waited() {
        lend(0, SECOND, 10 * MILLISECOND, 20 * MILLISECOND);

        assertThat(pace.calm()).isNull();
    }

    @Test
    void tells_how_it_went_before_somebody_began_to_wait() {
        lend(0, 2 * SECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        pace.look(2 * SECOND, line.waiting());

        Pace.Calm calm = Objects.requireNonNull(pace.calm());
        assertThat(calm.loans()).isCloseTo(100, offset(1.0));
        assertThat(calm.heldEach()).isBetween(Duration.ofMillis(9), Duration.ofMillis(11));
        assertThat(calm.sqlEach()).isBetween(Duration.ofNanos(4_500_000), Duration.ofNanos(5_500_000));
        assertThat(calm.busy()).isCloseTo(0.5, offset(0.05));
        assertThat(calm.perSecond()).isCloseTo(50, offset(2.0));
    }

    @Test
    void looks_once_a_second_at_most() {
        lend(0, SECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        pace.look(SECOND - 1, line.waiting());
        assertThat(pace.calm()).isNull();

        pace.look(SECOND, line.waiting());
        lend(SECOND, 2 * SECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        pace.look(2 * SECOND - 1, line.waiting());

        Pace.Calm calm = Objects.requireNonNull(pace.calm());
        assertThat(calm.loans()).isCloseTo(50, offset(1.0));
    }

    @Test
    void does_not_call_calm_a_time_in_which_others_waited() {
        lend(0, 2 * SECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        queue(2);
        pace.look(2 * SECOND, line.waiting());

        assertThat(pace.calm()).isNull();
    }

    /// An overload of minutes does not wash away how it was before.
    @Test
    void remembers_how_it_went_while_it_is_saturated_for_minutes() {
        lend(0, 2 * SECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        pace.look(2 * SECOND, 0);
        queue(5);
        for (int second = 3; second < 300; second++) {
            pace.look(second * SECOND, line.waiting());
        }

        Pace.Calm calm = Objects.requireNonNull(pace.calm());
        assertThat(calm.loans()).isCloseTo(100, offset(1.0));
        assertThat(calm.until()).isEqualTo(2 * SECOND);
    }

    @Test
    void does_not_call_calm_a_time_with_hardly_a_loan() {
        lend(0, 180 * MILLISECOND, 10 * MILLISECOND, 20 * MILLISECOND);
        pace.look(2 * SECOND, line.waiting());

        assertThat(pace.calm()).isNull();
    }

    /// Fifty a second are served, and twenty more wait each second.
    private void growing(int seconds) {
        for (int second = 1; second <= seconds; second++) {
            lend((second - 1) * SECOND, second * SECOND, 20 * MILLISECOND, 20 * MILLISECOND);
            queue(20);
            pace.look(second * SECOND, line.waiting());
        }
    }

    @Test
    void counts_who_comes_while_ever_more_wait() {
        growing(5);

        assertThat(pace.arrivals(0)).isCloseTo(70, offset(2.0));
    }

    @Test
    void does_not_count_who_comes_for_less_than_three_seconds() {
        growing(3);

        assertThat(pace.arrivals(0)).isNaN();
    }

    /// They may come again.
    @Test
    void does_not_count_who_comes_when_somebody_has_given_up() {
        growing(2);
        pace.left();
        lend(2 * SECOND, 6 * SECOND, 20 * MILLISECOND, 20 * MILLISECOND);
        queue(80);
        pace.look(6 * SECOND, line.waiting());

        assertThat(pace.arrivals(0)).isNaN();
    }

    /// They may come because others were served.
    @Test
    void does_not_count_who_comes_while_as_many_wait_as_before() {
        queue(100);
        for (int second = 1; second <= 6; second++) {
            lend((second - 1) * SECOND, second * SECOND, 20 * MILLISECOND, 20 * MILLISECOND);
            pace.look(second * SECOND, line.waiting());
        }

        assertThat(pace.arrivals(0)).isNaN();
    }
}
