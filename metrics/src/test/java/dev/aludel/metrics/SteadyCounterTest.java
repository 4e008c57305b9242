package dev.aludel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import dev.aludel.testkit.Caller;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SteadyCounterTest {
    private final SpokenPool pool = new SpokenPool();
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @AfterEach
    void close() {
        registry.close();
    }

    private void bind() {
        new PoolMetrics(pool).bindTo(registry);
    }

    private void scrapeLater() {
        clock.add(Duration.ofMillis(100));
    }

    private double counter(String name) {
        return registry.get(name).functionCounter().count();
    }

    private double seconds(String label, String kind) {
        return registry.get("aludel.connection.seconds")
                .tag("label", label)
                .tag("kind", kind)
                .functionCounter()
                .count();
    }

    private double checkedOut() {
        return registry.get("aludel.pool.connections")
                .tag("state", "checkedOut")
                .gauge()
                .value();
    }

    private static PoolSnapshot snapshot(int checkedOut, long checkouts, long timeouts) {
        return new PoolSnapshot("trips", 2, 1, checkedOut, 0, 0, 0, checkouts, timeouts, false, 0);
    }

    private static Usage usage(String label, int inSql, int outsideSql) {
        return new Usage(
                label,
                null,
                1,
                Duration.ofSeconds(inSql),
                Duration.ofSeconds(outsideSql),
                Duration.ofSeconds(inSql),
                Duration.ofSeconds(outsideSql),
                Duration.ZERO);
    }

    @Test
    void does_not_fall_when_the_pools_own_does_for_a_moment() {
        pool.says(snapshot(1, 5, 2), usage("GET /a", 4, 1), usage("GET /b", 1, 1));
        bind();
        assertThat(counter("aludel.pool.checkouts")).isEqualTo(5);
        pool.says(snapshot(0, 4, 1), usage("GET /a", 3, 2));
        scrapeLater();

        assertThat(counter("aludel.pool.checkouts")).isEqualTo(5);
        assertThat(counter("aludel.pool.timeouts")).isEqualTo(2);
        assertThat(seconds("GET /a", "inSql")).isEqualTo(4);
        assertThat(seconds("GET /a", "outsideSql")).isEqualTo(2);
        assertThat(seconds("GET /a", "connecting")).isEqualTo(4);
        assertThat(seconds("GET /a", "resetting")).isEqualTo(2);
        assertThat(seconds("GET /b", "inSql")).isEqualTo(1);
        assertThat(checkedOut()).isZero();
    }

    @Test
    void does_not_fall_when_a_slow_scrape_ends_after_a_later_one() throws InterruptedException {
        // given a scrape that has read the usage and is held up
        pool.says(snapshot(1, 3, 0), usage("GET /a", 1, 1));
        bind();
        scrapeLater();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        pool.beforeItAnswers(() -> {
            reading.countDown();
            goOn.await();
        });
        Caller<Double> slow = Caller.start("slow-scrape", () -> counter("aludel.pool.checkouts"));
        reading.await();

        // when a later one is through first
        pool.says(snapshot(2, 7, 0), usage("GET /a", 5, 5));
        scrapeLater();
        assertThat(counter("aludel.pool.checkouts")).isEqualTo(7);
        goOn.countDown();

        // then its reading stands
        assertThat(slow.result()).isEqualTo(7);
        assertThat(counter("aludel.pool.checkouts")).isEqualTo(7);
        assertThat(seconds("GET /a", "inSql")).isEqualTo(5);
        assertThat(checkedOut()).isEqualTo(2);
    }
}
