package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What a timeout says of callers whose tenant had all it might have.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TenantAtCapTest extends CappedPools {
    @Test
    void has_those_who_wait_for_it_in_each_explanation() throws Exception {
        QueuePool pool = pool(3, 1);
        Checkout lent = pool.checkOutFor(of("acme"));
        List<Caller<Checkout>> callers =
                List.of(waiting(pool, of("acme")), waiting(pool, of("acme").label("report")));
        pools.clock.advance(ofSeconds(1));

        Explanation explanation = pool.explain();

        assertThat(explanation.summary())
                .isEqualTo("Pool 'trips': checked out 1 of 3, idle 0, connecting 0, waiting 2");
        assertThat(explanation.load().waiting()).isEqualTo(2);
        assertThat(explanation.waiters())
                .containsExactly(
                        new Explanation.Queued("GET /trips", ofSeconds(1), null, "acme"),
                        new Explanation.Queued("report", ofSeconds(1), null, "acme"));
        lent.close();
        for (Caller<Checkout> caller : callers) {
            caller.result().close();
        }
        isAtRest(pool);
    }

    @Test
    void is_what_a_timeout_names_while_connections_are_idle() throws Exception {
        QueuePool pool = pool(3, 2);
        List<Checkout> lent = List.of(
                pool.checkOutFor(of("acme")), pool.checkOutFor(of("acme").label("report")));
        pool.checkOutFor(of("other")).close();
        Caller<Checkout> late = waiting(pool, of("acme"));

        pools.clock.advance(ofSeconds(10));

        PoolTimeoutException timeout = (PoolTimeoutException) late.failure();
        assertThat(timeout.getMessage())
                .startsWith("Pool 'trips': tenant 'acme' has 2 of the 2 connections that it may have"
                        + " (maxPerTenant), and no other for this caller within 10.00 s (open 3 of 3, idle 1)\n");
        assertThat(timeout.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(OwnReason.TenantAtCap.class, cap -> {
                    assertThat(cap.held()).isEqualTo(20.0);
                    assertThat(cap.confidence()).isEqualTo(Confidence.CERTAIN);
                    assertThat(cap.nested()).isZero();
                    assertThat(cap.idle()).isEqualTo(1);
                    assertThat(cap.shares())
                            .extracting(Diagnosis.Share::label)
                            .containsExactlyInAnyOrder("GET /trips", "report");
                });
        lent.forEach(Checkout::close);
        isAtRest(pool);
    }

    @Test
    void is_named_beside_what_has_all_connections() throws Exception {
        QueuePool pool = pool(2, 1);
        List<Checkout> lent = List.of(pool.checkOutFor(of("acme")), pool.checkOutFor(of("other")));
        Caller<Checkout> late = waiting(pool, of("acme"));
        pools.clock.advance(ofSeconds(10));

        assertThat(((PoolTimeoutException) late.failure()).explanation().diagnoses())
                .satisfiesExactly(
                        own -> assertThat(own).isInstanceOf(OwnReason.TenantAtCap.class),
                        held -> assertThat(held).isInstanceOf(Diagnosis.HeldOutsideSql.class));
        lent.forEach(Checkout::close);
        isAtRest(pool);
    }

    @Test
    void does_not_count_as_had_what_another_with_a_permit_still_waited_for() throws Exception {
        QueuePool pool = pool(2, 2);
        Checkout acme = pool.checkOutFor(of("acme"));
        Checkout other = pool.checkOutFor(of("other"));
        Caller<Checkout> third = waiting(pool, of("third"));
        Caller<Checkout> permitted = Caller.start(
                "permitted", () -> pool.checkOut(of("acme"), null, ofSeconds(60).toNanos(), null, true));
        pools.clock.awaitParked(permitted.thread());
        Caller<Checkout> late = waiting(pool, of("acme"));
        pools.clock.advance(ofSeconds(8));
        acme.close(); // the connection to the third, the permit to who is late
        Checkout theirs = third.result();
        Await.until(() -> pool.line().waiting() == 2, () -> pool.snapshot().toString());
        pools.clock.awaitParked(late.thread());
        pools.clock.advance(ofSeconds(2));

        assertThat(((PoolTimeoutException) late.failure()).explanation().diagnoses())
                .first()
                .isInstanceOfSatisfying(OwnReason.TenantAtCap.class, cap -> {
                    assertThat(cap.capacity()).isEqualTo(16.0);
                    assertThat(cap.held()).isEqualTo(8.0);
                    assertThat(cap.confidence()).isEqualTo(Confidence.LIKELY);
                });
        theirs.close();
        permitted.result().close();
        other.close();
        isAtRest(pool);
    }

    @Test
    void is_not_named_if_those_of_the_tenant_had_no_connection_themselves() throws Exception {
        QueuePool pool = pool(1, 1);
        Checkout other = pool.checkOutFor(of("other"));
        Caller<Checkout> permitted = Caller.start(
                "permitted", () -> pool.checkOut(of("acme"), null, ofSeconds(60).toNanos(), null, true));
        pools.clock.awaitParked(permitted.thread());
        Caller<Checkout> late = waiting(pool, of("acme"));
        pools.clock.advance(ofSeconds(10));

        PoolTimeoutException timeout = (PoolTimeoutException) late.failure();
        assertThat(timeout.getMessage()).startsWith("Pool 'trips': tenant 'acme' has 0 of the 1 connections");
        assertThat(timeout.explanation().diagnoses()).singleElement().isInstanceOf(Diagnosis.HeldOutsideSql.class);
        other.close();
        permitted.result().close();
        isAtRest(pool);
    }

    @Test
    void tells_who_was_outranked_by_others_of_his_tenant() throws Exception {
        QueuePool pool = pool(3, 1);
        Checkout holder = pool.checkOutFor(of("acme"));
        Caller<Checkout> low = waiting(pool, of("acme").priority(Priority.LOW));
        for (int i = 0; i < 4; i++) {
            Caller<Checkout> next = waiting(pool, of("acme"));
            pools.clock.advance(ofSeconds(2));
            holder.close();
            holder = next.result();
        }
        pools.clock.advance(ofSeconds(2));

        assertThat(((PoolTimeoutException) low.failure()).explanation().diagnoses())
                .satisfiesExactly(
                        own -> assertThat(own).isInstanceOf(OwnReason.TenantAtCap.class),
                        passed -> assertThat(passed).isEqualTo(new OwnReason.Outranked(Priority.LOW, 4)));
        holder.close();
        isAtRest(pool);
    }

    @Test
    void tells_who_waits_for_himself() throws Exception {
        QueuePool pool = pool(3, 1);
        pool.checkOutFor(of("acme")).close(); // so that only the second checkout waits
        Caller<@Nullable PoolTimeoutException> nested = Caller.start("nested", () -> {
            try (Checkout first = pool.checkOutFor(of("acme"))) {
                return catchThrowableOfType(
                        PoolTimeoutException.class,
                        () -> pool.checkOutFor(of("acme").label(first.label())));
            }
        });
        pools.clock.awaitParked(nested.thread());
        pools.clock.advance(ofSeconds(10));

        assertThat(String.valueOf(nested.result())).contains("1 of them are with callers who wait for one more");
        isAtRest(pool);
    }

    @Test
    void tells_of_one_scope_that_waits_for_itself_on_two_threads() throws Exception {
        QueuePool pool = pool(3, 1);
        Checkout first = pool.checkOutFor(of("acme").scope("request 7"));
        Caller<Checkout> late = waiting(pool, of("acme").scope("request 7"));
        pools.clock.advance(ofSeconds(10));

        assertThat(((PoolTimeoutException) late.failure()).explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(
                        OwnReason.TenantAtCap.class,
                        cap -> assertThat(cap.nested()).isEqualTo(1));
        first.close();
        isAtRest(pool);
    }
}
