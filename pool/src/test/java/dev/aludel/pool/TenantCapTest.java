package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A bound on how many connections those of one tenant may have at once.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TenantCapTest extends CappedPools {
    private void standsInLine(QueuePool pool, Caller<Checkout> caller) {
        Await.until(() -> pool.line().waiting() == 1, () -> pool.snapshot().toString());
        pools.clock.awaitParked(caller.thread());
    }

    @Test
    void lets_a_tenant_have_as_many_and_others_what_is_left() throws Exception {
        QueuePool pool = pool(3, 2);
        List<Checkout> lent = List.of(pool.checkOutFor(of("acme")), pool.checkOutFor(of("acme")));
        Caller<Checkout> third = waiting(pool, of("acme"));

        pool.checkOutFor(of("other")).close(); // at once
        pool.checkOutFor(Borrower.of("nobody's")).close();
        assertThat(pool.snapshot().waiting()).isEqualTo(1);
        assertThat(third.isDone()).isFalse();
        lent.get(0).close();

        third.result().close();
        lent.get(1).close();
        isAtRest(pool);
    }

    @Test
    void serves_those_of_a_tenant_in_order_by_priority_and_arrival() throws Exception {
        QueuePool pool = pool(5, 1);
        Checkout lent = pool.checkOutFor(of("acme"));
        Queue<String> served = new ConcurrentLinkedQueue<>();
        List<Caller<Checkout>> callers = new ArrayList<>();
        for (Priority priority : List.of(Priority.LOW, Priority.NORMAL, Priority.NORMAL, Priority.HIGH)) {
            String label = priority + " " + callers.size();
            Caller<Checkout> caller = Caller.start(label, () -> {
                Checkout mine = pool.checkOutFor(of("acme").label(label).priority(priority));
                served.add(label);
                mine.close();
                return mine;
            });
            pools.clock.awaitParked(caller.thread());
            callers.add(caller);
        }

        lent.close();

        callers.forEach(Caller::result);
        assertThat(served).containsExactly("HIGH 3", "NORMAL 1", "NORMAL 2", "LOW 0");
        isAtRest(pool);
    }

    @Test
    void holds_up_nobody_who_came_later() throws Exception {
        QueuePool pool = pool(2, 1);
        Checkout acme = pool.checkOutFor(of("acme"));
        Checkout other = pool.checkOutFor(of("other"));
        Caller<Checkout> first = waiting(pool, of("acme"));
        Caller<Checkout> second = waiting(pool, of("third"));

        other.close();

        second.result().close();
        assertThat(first.isDone()).isFalse();
        acme.close();
        first.result().close();
        isAtRest(pool);
    }

    @Test
    void has_who_got_his_permit_wait_behind_those_who_wait_for_a_connection() throws Exception {
        QueuePool pool = pool(1, 1);
        Checkout acme = pool.checkOutFor(of("acme"));
        Caller<Checkout> second = waiting(pool, of("acme"));
        Caller<Checkout> other = waiting(pool, of("other"));

        acme.close(); // to who waits for a connection, and the permit to who waits for that

        Checkout theirs = other.result();
        standsInLine(pool, second);
        theirs.close();
        second.result().close();
        isAtRest(pool);
    }

    @Test
    void counts_the_timeout_through_both_waits() throws Exception {
        QueuePool pool = pool(1, 1);
        Checkout acme = pool.checkOutFor(of("acme"));
        Caller<Checkout> second = waiting(pool, of("acme"));
        Caller<Checkout> other = waiting(pool, of("other"));
        pools.clock.advance(ofSeconds(6));
        acme.close();
        Checkout theirs = other.result();
        standsInLine(pool, second);

        pools.clock.advance(ofSeconds(4));

        PoolTimeoutException timeout = (PoolTimeoutException) second.failure();
        assertThat(timeout.getMessage()).startsWith("QueuePool limit of size 1 overflow 0 reached");
        assertThat(timeout.explanation().waited()).isEqualTo(ofSeconds(10));
        assertThat(timeout.explanation().diagnoses())
                .as("his tenant for most of it, then the pool")
                .hasSize(2)
                .satisfiesExactly(
                        own -> assertThat(own).isInstanceOf(OwnReason.TenantAtCap.class),
                        held -> assertThat(held).isInstanceOf(Diagnosis.Leaked.class));
        theirs.close();
        isAtRest(pool);
    }

    @Test
    void gives_the_permit_back_whichever_way_a_loan_ends() throws Exception {
        QueuePool pool = pool(2, 1);

        pool.checkOutFor(of("acme")).close();
        Checkout invalid = pool.checkOutFor(of("acme"));
        invalid.invalidate(null);
        invalid.close();
        invalid.close();
        Connection detached = pool.checkOutFor(of("acme")).detach();
        Checkout next = pool.checkOutFor(of("acme"));
        assertThatThrownBy(() -> pool.checkOut(of("acme"), null, 0, null, true))
                .isInstanceOf(PoolTimeoutException.class);

        next.close();
        detached.close();
        isAtRest(pool);
    }

    @Test
    void gives_the_permit_back_of_who_got_no_connection() throws Exception {
        QueuePool pool = pool(1, 1);
        pools.database.next("connect").fails(new SQLException("down", "08001"));
        assertThatThrownBy(() -> pool.checkOutFor(of("acme"))).isInstanceOf(SQLException.class);
        isAtRest(pool);

        Checkout lent = pool.checkOut("holder");
        Caller<Checkout> interrupted = waiting(pool, of("acme"));
        interrupted.interrupt();
        assertThat(interrupted.failure()).hasMessageContaining("interrupted");
        Caller<Checkout> late = waiting(pool, of("acme"));
        pools.clock.advance(ofSeconds(10));
        assertThat(late.failure()).isInstanceOf(PoolTimeoutException.class);
        assertThatThrownBy(() -> pool.checkOutFor(of("acme").deadline(() -> ZERO)))
                .isInstanceOf(PoolOverloadedException.class);

        isAtRest(pool);
        lent.close();
    }

    @Test
    void forgets_who_stops_waiting_for_his_tenant() throws Exception {
        QueuePool pool = pool(2, 1);
        Checkout lent = pool.checkOutFor(of("acme"));
        Caller<Checkout> interrupted = waiting(pool, of("acme"));
        interrupted.interrupt();
        assertThat(interrupted.failure()).hasMessageContaining("interrupted");
        Caller<Checkout> late = waiting(pool, of("acme"));
        Caller<Checkout> patient = Caller.start(
                "patient", () -> pool.checkOut(of("acme"), null, ofSeconds(60).toNanos(), null, true));
        pools.clock.awaitParked(patient.thread());
        pools.clock.advance(ofSeconds(10));
        assertThat(late.failure()).isInstanceOf(PoolTimeoutException.class);
        assertThat(pool.snapshot().waiting()).isEqualTo(1);

        lent.close();

        patient.result().close();
        isAtRest(pool);
    }

    @Test
    void fails_who_waits_for_it_when_the_pool_is_closed() throws Exception {
        QueuePool pool = pool(2, 1);
        Checkout lent = pool.checkOutFor(of("acme"));
        Caller<Checkout> waiter = waiting(pool, of("acme"));

        pool.close(ZERO);

        assertThat(waiter.failure()).isInstanceOf(SQLException.class).hasMessageContaining("is closed");
        lent.close();
        isAtRest(pool);
    }

    @Test
    void keeps_nothing_of_ten_thousand_names() throws Exception {
        QueuePool pool = pool(2, 1);
        for (int i = 0; i < 10_000; i++) {
            pool.checkOutFor(of("tenant " + i)).close();
        }
        isAtRest(pool);
    }

    @Test
    void counts_a_lazy_handle_only_while_it_has_a_connection() throws Exception {
        LazyPool pool = (LazyPool) pools.pool(
                settings -> settings.size(2).maxPerTenant(1).lazy(true).timeout(ofSeconds(10)));
        Checkout one = pool.checkOutFor(of("acme"));
        Checkout other = pool.checkOutFor(of("acme"));
        one.connection().setAutoCommit(false);
        one.connection().createStatement().execute("SELECT 1");
        Caller<Boolean> waits =
                Caller.start("other", () -> other.connection().createStatement().execute("SELECT 1"));
        pools.clock.awaitParked(waits.thread());

        one.connection().commit();

        assertThat(waits.result()).isNotNull();
        one.close();
        other.close();
        isAtRest(pool.pool());
    }

    @Test
    void bounds_a_pool_that_keeps_nothing() throws Exception {
        QueuePool pool = (QueuePool) pools.pool(
                settings -> settings.kind(PoolKind.NULL).maxPerTenant(1).timeout(ofSeconds(10)));
        Checkout lent = pool.checkOutFor(of("acme"));
        Caller<Checkout> second = waiting(pool, of("acme"));
        pool.checkOutFor(of("other")).close();

        lent.close();

        second.result().close();
        isAtRest(pool);
    }

    @Test
    void counts_those_who_wait_for_it_among_those_who_may_wait() throws Exception {
        QueuePool pool = pool(2, 1, settings -> settings.maxWaiting(1));
        Pools.checkOut(pool, 2).forEach(Checkout::close); // both are open
        Checkout lent = pool.checkOutFor(of("acme"));
        Caller<Checkout> waiter = waiting(pool, of("acme"));

        assertThatThrownBy(() -> pool.checkOutFor(of("acme"))).isInstanceOf(PoolOverloadedException.class);
        Checkout other = pool.checkOutFor(of("other"));
        PoolOverloadedException third =
                catchThrowableOfType(PoolOverloadedException.class, () -> pool.checkOutFor(of("third")));
        assertThat(third.explanation().diagnoses()).noneMatch(NotConnected.class::isInstance);

        lent.close();
        waiter.result().close();
        other.close();
        isAtRest(pool);
    }

    @Test
    void refuses_at_once_whose_turn_would_come_too_late() throws Exception {
        QueuePool pool = pool(4, 1);
        for (int i = 0; i < 10; i++) {
            Checkout usual = pool.checkOutFor(of("acme"));
            pools.clock.advance(ofMillis(100));
            usual.close();
        }
        Checkout lent = Caller.start("holder", () -> pool.checkOutFor(of("acme\nco")))
                .result(); // not this thread's, which would else be let wait
        Borrower soon = of("acme\nco").deadline(() -> ofMillis(150));

        PoolOverloadedException refused =
                catchThrowableOfType(PoolOverloadedException.class, () -> pool.checkOutFor(soon));
        assertThat(refused.getMessage())
                .startsWith("Pool 'trips': refused at once, as half of the time to the deadline of who asks is"
                        + " over before tenant 'acme?co' may have one more (it may have 1, maxPerTenant; 0 of it waiting"
                        + " already, held for 0.10 s each;");
        assertThat(refused.retryAfter()).isEqualTo(ofMillis(25));
        assertThat(refused.explanation().diagnoses())
                .as("of a pool that could open more, if it were for that")
                .singleElement()
                .isInstanceOfSatisfying(OwnReason.TenantAtCap.class, cap -> {
                    assertThat(cap.confidence()).isEqualTo(Confidence.LIKELY);
                    assertThat(Why.of(cap))
                            .isEqualTo(
                                    "tenant 'acme?co' has all connections that it may have (1, maxPerTenant); who has"
                                            + " them now: GET /trips 0.0 (likely)");
                });
        pool.checkOutFor(soon.tenant("other")).close();
        lent.close();
        isAtRest(pool);
    }

    @Test
    void tells_who_is_refused_after_his_wait_what_is_so_by_then() throws Exception {
        QueuePool pool = pool(2, 1);
        usuallyHeldFor100Milliseconds(pool);
        Checkout acme = pool.checkOutFor(of("acme"));
        Checkout beta = pool.checkOutFor(of("beta"));
        Caller<Checkout> soon = waiting(pool, of("acme").deadline(() -> ofMillis(400)));
        Caller<Checkout> later = waiting(pool, of("beta").deadline(() -> ofSeconds(1)));
        Caller<Checkout> first = waiting(pool, Borrower.of("first"));
        Caller<Checkout> second = waiting(pool, Borrower.of("second"));

        pools.clock.advance(ofMillis(350));
        acme.close(); // to the first
        assertThat(soon.failure())
                .isInstanceOf(PoolOverloadedException.class)
                .hasMessageStartingWith(
                        "Pool 'trips': refused once his tenant might have one more, as half of the time to"
                                + " the deadline of who asks is over before his turn would come (1 waiting already");
        pools.clock.advance(ofMillis(600));
        beta.close(); // to the second

        PoolOverloadedException refused = (PoolOverloadedException) later.failure();
        assertThat(refused.explanation().holders())
                .extracting(Holder::label)
                .containsExactlyInAnyOrder("first", "second");
        first.result().close();
        second.result().close();
        isAtRest(pool);
    }

    private void usuallyHeldFor100Milliseconds(Pool pool) throws SQLException {
        for (int i = 0; i < 10; i++) {
            List<Checkout> usual = Pools.checkOut(pool, 2);
            pools.clock.advance(ofMillis(100));
            usual.forEach(Checkout::close);
        }
    }
}
