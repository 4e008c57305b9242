package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.NetworkFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// All connections to a real PostgreSQL are reset at once, again and again: a load balancer or a pooler
/// restarts. (F07)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AStormOfResetsTest {
    private static final int SIZE = 6;

    @RegisterExtension
    final ProxiedPostgres postgres = new ProxiedPostgres();

    private static String visit(Pool pool, int visitor) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return ProxiedPostgres.ask(connection, "select 'visitor " + visitor + "'");
        }
    }

    private static void everybodyIsServed(Pool pool) {
        List<Caller<String>> callers = new ArrayList<>();
        for (int i = 0; i < 2 * SIZE; i++) {
            int visitor = i;
            callers.add(Caller.start("visitor " + i, () -> visit(pool, visitor)));
        }
        for (int i = 0; i < 2 * SIZE; i++) {
            assertThat(callers.get(i).result()).isEqualTo("visitor " + i);
        }
    }

    @Test
    void of_idle_connections_is_seen_by_no_caller_if_each_is_checked() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(SIZE).prePing(true));

        for (int storm = 0; storm < 3; storm++) {
            Pools.checkOut(pool, SIZE).forEach(Checkout::close); // what was just opened is not checked
            int before = postgres.proxy.cuts();
            int hit = postgres.proxy.open();
            postgres.proxy.strikeOpen(NetworkFault.RESET);
            assertThat(postgres.proxy.cuts()).isEqualTo(before + hit);

            everybodyIsServed(pool);
        }

        assertThat(postgres.proxy.mostOpen())
                .as("at once: a new one may be seen before the end of the one that it replaces")
                .isLessThanOrEqualTo(2 * SIZE);
    }

    @Test
    void costs_those_who_have_connections_these_and_nobody_else() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(SIZE));
        List<Checkout> lent = Pools.checkOut(pool, SIZE);
        for (Checkout checkout : lent) {
            ProxiedPostgres.ask(checkout.connection(), "select 1");
        }
        postgres.proxy.strikeOpen(NetworkFault.RESET);

        for (Checkout checkout : lent) {
            assertThat(postgres.canary.thrown(
                            catchThrowable(() -> ProxiedPostgres.ask(checkout.connection(), "select 1"))))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).startsWith("08"));
            checkout.close();
        }

        everybodyIsServed(pool);
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @Test
    void that_goes_on_is_told_of_as_what_resets_connects_and_is_over_when_it_is() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(SIZE).prePing(true));
        Pools.checkOut(pool, SIZE).forEach(Checkout::close);
        postgres.proxy.strike(NetworkFault.RESET);

        Throwable error = postgres.canary.thrown(catchThrowable(() -> visit(pool, 0)));

        assertThat(error)
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("Pool 'trips' cannot connect to jdbc:postgresql://127.0.0.1");
        postgres.proxy.heal();
        everybodyIsServed(pool);
    }
}
