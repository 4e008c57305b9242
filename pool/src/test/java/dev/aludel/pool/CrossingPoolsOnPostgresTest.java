package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// F37
/// Two pools of a service, each of which is found through the other: on a PostgreSQL, by the real clock.
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrossingPoolsOnPostgresTest {
    private static final Duration FAR = Duration.ofMinutes(5);
    private static final int EACH = 3;

    @RegisterExtension
    final Canary canary = new Canary();

    private final Pool trips = pool("trips");
    private final Pool audit = pool("audit");
    private final CountDownLatch have = new CountDownLatch(2 * EACH);

    @BeforeAll
    static void starts() throws SQLException {
        Canary.nest(Postgres.shared());
    }

    private Pool pool(String name) {
        String url = "jdbc:postgresql://localhost:" + Postgres.shared().port() + "/postgres?ApplicationName=" + name;
        return canary.watch(Pool.of(settings -> settings.url(url)
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .name(name)
                .size(EACH)
                .timeout(FAR)));
    }

    @AfterEach
    void close() {
        trips.close(Duration.ZERO);
        audit.close(Duration.ZERO);
    }

    private Stream<Caller<@Nullable Throwable>> crossing(Pool has, Pool wants) {
        return Stream.generate(() -> Caller.<@Nullable Throwable>start("crossing", () -> {
                    try (Checkout first = has.checkOut("GET /trips")) {
                        Canary.ask(first.connection(), "select 1");
                        have.countDown();
                        have.await();
                        return catchThrowable(() -> uses(wants));
                    }
                }))
                .limit(EACH);
    }

    private static void uses(Pool pool) throws SQLException {
        try (Checkout second = pool.checkOut("audit")) {
            Canary.ask(second.connection(), "select 2");
        }
    }

    @Test
    void lose_one_caller_of_all_that_wait_for_each_other() {
        List<Caller<@Nullable Throwable>> callers =
                Stream.concat(crossing(trips, audit), crossing(audit, trips)).toList();

        List<Throwable> failures = callers.stream()
                .map(Caller::result)
                .filter(Objects::nonNull)
                .map(canary::thrown)
                .toList();

        assertThat(failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        CircularWaitException.class,
                        refusal -> assertThat(refusal.explanation().summary())
                                .contains(
                                        "all 6 who have a connection of pools 'trips' and 'audit' wait for another one of these"));
        assertThat(trips.snapshot().checkouts() + audit.snapshot().checkouts()).isEqualTo(4L * EACH - 1);
    }
}
