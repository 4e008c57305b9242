package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the tests of tenants have in common: pools in which each may have so many connections, in virtual time.
abstract class CappedPools {
    @RegisterExtension
    final Pools pools = new Pools();

    static Borrower of(String tenant) {
        return Borrower.of("GET /trips").tenant(tenant);
    }

    final QueuePool pool(int size, int most, Consumer<Settings> more) {
        return (QueuePool) pools.pool(settings ->
                more.accept(settings.name("trips").size(size).maxPerTenant(most).timeout(ofSeconds(10))));
    }

    final QueuePool pool(int size, int most) {
        return pool(size, most, settings -> {});
    }

    final Caller<Checkout> waiting(Pool pool, Borrower borrower) {
        Caller<Checkout> caller = Caller.start(String.valueOf(borrower.tenant()), () -> pool.checkOutFor(borrower));
        pools.clock.awaitParked(caller.thread());
        return caller;
    }

    static void isAtRest(QueuePool pool) {
        assertThat(pool.line().tenants().all())
                .as("tenants of whom something is known")
                .isEmpty();
        assertThat(pool.queueing().waiting()).isZero();
    }
}
