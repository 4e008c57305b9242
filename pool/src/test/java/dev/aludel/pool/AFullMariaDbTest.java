package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aludel.servers.MariaDb;
import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A MariaDB that has no connection left, and what a pool says of it. (F12, F13)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AFullMariaDbTest {
    private static final Duration PATIENCE = ofMinutes(2);

    @RegisterExtension
    final Canary canary = new Canary();

    @Test
    void is_quoted_with_its_limit_and_who_has_the_connections_once_one_came_back() throws Exception {
        Optional<MariaDb> installed = MariaDb.shared();
        assumeThat(installed).isPresent();
        MariaDb server = installed.orElseThrow();
        Canary.nest(server);
        String url = server.jdbcUrl(server.createDatabase("crowd"));
        try (Connection root = DriverManager.getConnection(url)) {
            String before = Sql.text(root, "SELECT @@global.max_connections");
            Sql.run(root, "SET GLOBAL max_connections = 10"); // it takes no less
            try (Pool pool = Pool.of(settings -> settings.name("trips")
                    .url(url.replace("?user=root", ""))
                    .user(Canary.USER)
                    .password(Canary.PASSWORD)
                    .size(20))) {
                quotes(canary.watch(pool));
            } finally {
                Sql.run(root, "SET GLOBAL max_connections = " + before);
            }
        }
    }

    private void quotes(Pool pool) throws Exception {
        Deque<Checkout> lent = new ArrayDeque<>();
        Throwable error = null;
        for (int i = 0; i < 20 && !isOfAFullServer(error); i++) {
            try {
                lent.add(pool.checkOut("holder", ofSeconds(2)));
            } catch (PoolTimeoutException e) { // it is full, or slow
                error = canary.thrown(e);
            }
        }
        assertThat(lent).hasSizeBetween(1, 9);
        Caller<Checkout> next = Caller.start("next", () -> pool.checkOut("next", PATIENCE));
        Await.until(
                () -> pool.snapshot().waiting() == 1,
                PATIENCE,
                () -> pool.snapshot().toString());

        Canary.select(lent.getFirst().connection());
        lent.removeFirst().close();

        Await.until(next::isDone, PATIENCE, () -> pool.snapshot().toString());
        lent.add(next.result());
        PoolTimeoutException late = canary.thrown(
                catchThrowableOfType(PoolTimeoutException.class, () -> pool.checkOut("late", ofMillis(500))));
        Occupancy seen =
                ((NotConnected.ServerFull) late.explanation().diagnoses().getFirst()).occupancy();
        assertThat(seen.limit()).isNotNull().satisfies(limit -> {
            assertThat(limit.scope()).isEqualTo(ConnectionLimit.Scope.SERVER);
            assertThat(limit.limit()).isEqualTo(10);
        });
        assertThat(seen.ours()).isEqualTo(lent.size());
        assertThat(seen.gap()).as("of root's, which hold the rest").contains("GRANT PROCESS");
        lent.forEach(Checkout::close);
    }

    private static boolean isOfAFullServer(@Nullable Throwable error) {
        return error instanceof PoolTimeoutException timeout
                && timeout.explanation().diagnoses().getFirst() instanceof NotConnected.ServerFull;
    }
}
