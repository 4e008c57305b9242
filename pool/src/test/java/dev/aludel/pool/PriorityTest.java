package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whose turn comes first when somebody has said how urgent it is.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PriorityTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final List<String> served = new ArrayList<>(); // guarded by having the only connection

    /// Starts a caller who waits, and returns the connection as soon as he has it.
    private Caller<String> queued(Pool pool, String label, Priority priority) {
        Caller<String> caller = Caller.start(label, () -> {
            try (Checkout mine = pool.checkOutFor(Borrower.of(label).priority(priority))) {
                served.add(String.valueOf(mine.label()));
            }
            return label;
        });
        pools.clock.awaitParked(caller.thread());
        return caller;
    }

    private Pool one() {
        return pools.pool(settings -> settings.size(1).timeout(ofSeconds(10)));
    }

    /// Has so many come one after another, and be served before whoever waits with a lower priority.
    private void pass(Checkout first, Pool pool, int times, Priority priority) {
        Checkout holder = first;
        for (int i = 0; i < times; i++) {
            Caller<Checkout> next = Caller.start(
                    "next " + i, () -> pool.checkOutFor(Borrower.of("next").priority(priority)));
            pools.clock.awaitParked(next.thread());
            pools.clock.advance(ofSeconds(1));
            holder.close();
            holder = next.result();
        }
    }

    @Test
    void the_higher_come_first_and_equals_in_order_of_arrival() throws Exception {
        Pool pool = one();
        Checkout lent = pool.checkOut("holder");
        List<Caller<String>> callers = List.of(
                queued(pool, "low 1", Priority.LOW),
                queued(pool, "normal 1", Priority.NORMAL),
                queued(pool, "high 1", Priority.HIGH),
                queued(pool, "low 2", Priority.LOW),
                queued(pool, "high 2", Priority.HIGH),
                queued(pool, "normal 2", Priority.NORMAL));
        assertThat(pool.snapshot().waiting()).isEqualTo(6);

        lent.close();

        callers.forEach(Caller::result);
        assertThat(served).containsExactly("high 1", "high 2", "normal 1", "normal 2", "low 1", "low 2");
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void who_says_nothing_is_served_as_who_is_normal() throws Exception {
        Pool pool = one();
        Checkout lent = pool.checkOut("holder");
        Caller<String> low = queued(pool, "low", Priority.LOW);
        Caller<Checkout> silent = pools.waiting("silent", pool);

        lent.close();
        silent.result().close();

        assertThat(low.result()).isEqualTo("low");
    }

    @Test
    void of_an_idle_connection_nobody_has_to_be_anything() throws Exception {
        try (Checkout low = one().checkOutFor(Borrower.of("batch").priority(Priority.LOW))) {
            assertThat(low.label()).isEqualTo("batch");
        }
    }

    @Test
    void who_had_his_turn_stays_before_all_while_his_connection_is_checked() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).prePing(true));
        Checkout lent = pool.checkOut("holder");
        Caller<String> low = queued(pool, "low", Priority.LOW);
        pools.clock.advance(ofMillis(1));
        Gate ping = pools.database.next("isValid").hangs();
        lent.close(); // low has it, and it has to be checked
        ping.awaitHanging(1);
        Caller<String> high = queued(pool, "high", Priority.HIGH);

        ping.open();

        assertThat(List.of(low.result(), high.result())).containsExactly("low", "high");
        assertThat(served).containsExactly("low", "high");
    }

    @Test
    void low_starves_while_others_wait_and_its_timeout_says_that_they_came_first() throws Exception {
        Pool pool = one();
        Checkout lent = pool.checkOut("holder");
        Caller<String> low = queued(pool, "batch", Priority.LOW);

        pass(lent, pool, 9, Priority.NORMAL);
        pools.clock.advance(ofSeconds(1));

        PoolTimeoutException timeout = (PoolTimeoutException) low.failure();
        assertThat(timeout.explanation().diagnoses())
                .first()
                .isInstanceOfSatisfying(OwnReason.Outranked.class, outranked -> {
                    assertThat(outranked.priority()).isEqualTo(Priority.LOW);
                    assertThat(outranked.overtook()).isEqualTo(9);
                    assertThat(outranked.confidence()).isEqualTo(Confidence.CERTAIN);
                });
        assertThat(timeout.explanation().diagnoses())
                .as("and who had the connection")
                .hasSize(2)
                .element(1)
                .isNotInstanceOf(OwnReason.class);
        assertThat(timeout.explanation().text())
                .contains("why:  9 who came later were served before this caller, which is LOW: in order of arrival its"
                        + " turn would have come (certain)");
    }

    @Test
    void who_would_not_have_had_his_turn_in_order_of_arrival_was_not_outranked() throws Exception {
        Pool pool = one();
        Checkout lent = pool.checkOut("holder");
        Caller<String> before = queued(pool, "came first", Priority.NORMAL);
        Caller<String> low = queued(pool, "batch", Priority.LOW);
        Caller<String> high = queued(pool, "came later", Priority.HIGH);
        pools.clock.advance(ofSeconds(10));

        List<Caller<String>> all = List.of(before, low, high);
        assertThat(all)
                .allSatisfy(caller -> assertThat(((PoolTimeoutException) caller.failure())
                                .explanation()
                                .diagnoses())
                        .noneMatch(OwnReason.class::isInstance));
        lent.close();
    }

    @Test
    void who_was_overtaken_by_one_where_two_were_before_him_was_not_outranked() throws Exception {
        Pool pool = one();
        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> first = pools.waiting("came first", pool);
        pools.waiting("came second", pool);
        Caller<String> low = queued(pool, "batch", Priority.LOW);
        Caller<Checkout> high =
                Caller.start("high", () -> pool.checkOutFor(Borrower.of("high").priority(Priority.HIGH)));
        pools.clock.awaitParked(high.thread());

        lent.close();
        high.result().close();
        Checkout kept = first.result();
        pools.clock.advance(ofSeconds(10));

        assertThat(((PoolTimeoutException) low.failure()).explanation().diagnoses())
                .noneMatch(OwnReason.class::isInstance);
        kept.close();
    }

    @Test
    void a_deadline_is_judged_by_those_who_would_be_served_before() throws Exception {
        Pool pool = one();
        usuallyHeldFor(pool, 100);
        Checkout lent = Caller.start("holder", () -> pool.checkOut("holder")).result(); // not this thread's
        List<Caller<String>> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            batch.add(queued(pool, "batch", Priority.LOW));
        }

        Borrower soon = Borrower.of("soon").deadline(() -> ofMillis(300));
        PoolOverloadedException refused = catchThrowableOfType(
                PoolOverloadedException.class, () -> pool.checkOutFor(soon.priority(Priority.LOW)));
        Caller<Checkout> normal = Caller.start("normal", () -> pool.checkOutFor(soon));
        pools.clock.awaitParked(normal.thread());
        lent.close();

        assertThat(refused.getMessage()).contains("20 waiting already");
        normal.result().close();
        batch.forEach(Caller::result);
    }

    private void usuallyHeldFor(Pool pool, long millis) throws SQLException {
        for (int i = 0; i < 10; i++) {
            Checkout checkout = pool.checkOut("usual");
            pools.clock.advance(ofMillis(millis));
            checkout.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Priority.class)
    void who_leaves_is_counted_out_whatever_he_is(Priority priority) throws Exception {
        QueuePool pool = (QueuePool) one();
        Checkout lent = pool.checkOut("holder");
        Caller<String> late = queued(pool, "late", priority);
        pools.clock.advance(ofSeconds(10));
        assertThat(late.failure()).isInstanceOf(PoolTimeoutException.class);

        for (Priority each : Priority.values()) {
            assertThat(pool.line().waitingBefore(each)).as("%s", each).isZero();
        }
        lent.close();
    }

    @Test
    void who_is_interrupted_is_counted_out_too() throws Exception {
        QueuePool pool = (QueuePool) one();
        Checkout lent = pool.checkOut("holder");
        Caller<String> high = queued(pool, "high", Priority.HIGH);
        high.interrupt();
        assertThat(high.failure()).hasMessageContaining("interrupted");

        assertThat(pool.line().waitingBefore(Priority.HIGH)).isZero();
        lent.close();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(pools.clock.getAsLong())).isLessThan(10);
    }
}
