package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Gate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Whose connection has to be checked takes any other that needs no check.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AFitConnectionBesideACheckTest {
    @RegisterExtension
    final Logged log = new Logged();

    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void is_taken_if_it_came_back_when_nobody_queued_yet() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxOverflow(0));
        Checkout doubtful = pool.checkOut("doubtful");
        Checkout fit = pool.checkOut("fit");
        Backend backend = Pools.backend(fit);
        doubtful.close();
        pools.clock.advance(ofSeconds(1));
        Gate check = pools.database.next("isValid").hangs();
        log.next("Connection ", fit::close); // between the look for a fit one and the queue

        Checkout next = pool.checkOut("next", ofMillis(100));

        assertThat(Pools.backend(next)).isSameAs(backend);
        next.close();
        check.open();
        Pools.settle(pool);
    }
}
