package dev.aludel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import dev.aludel.pool.Usage;
import dev.aludel.testkit.FakeDatabase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolMetricsTest {
    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool = Pool.of(settings ->
            settings.connections(database::connect).name("trips").size(2).maxOverflow(1));
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @BeforeEach
    void bind() {
        new PoolMetrics(pool).bindTo(registry);
    }

    @AfterEach
    void close() {
        pool.close();
        registry.close();
        assertThat(database.open()).isZero();
    }

    @Test
    void count_connections_by_state() throws SQLException {
        try (Checkout first = pool.checkOut("GET /a")) {
            pool.checkOut("GET /b").close();
            scrapeLater();
            assertThat(connections("checkedOut")).isEqualTo(1);
            assertThat(connections("idle")).isEqualTo(1);
            assertThat(connections("connecting")).isZero();
            assertThat(first.label()).isEqualTo("GET /a");
        }
    }

    @Test
    void tell_the_limits() {
        assertThat(gauge("aludel.pool.size")).isEqualTo(2);
        assertThat(gauge("aludel.pool.max.overflow")).isEqualTo(1);
        assertThat(gauge("aludel.pool.waiting")).isZero();
    }

    @Test
    void count_checkouts_and_timeouts() throws SQLException {
        try (Checkout one = pool.checkOut("GET /a");
                Checkout two = pool.checkOut("GET /a");
                Checkout three = pool.checkOut("GET /a")) {
            assertThat(catchTimeout()).isTrue();
            scrapeLater();
            assertThat(counter("aludel.pool.checkouts")).isEqualTo(3);
            assertThat(counter("aludel.pool.timeouts")).isEqualTo(1);
            assertThat(Set.of(one, two, three)).hasSize(3);
        }
    }

    @Test
    void of_one_scrape_come_from_one_snapshot() throws SQLException {
        assertThat(connections("checkedOut")).isZero();
        try (Checkout taken = pool.checkOut("GET /a")) {
            // in the same scrape the loan is not seen, neither in one gauge nor in the other
            assertThat(connections("checkedOut")).isZero();
            assertThat(counter("aludel.pool.checkouts")).isZero();
            // in the next it is, in both
            scrapeLater();
            assertThat(connections("checkedOut")).isEqualTo(1);
            assertThat(counter("aludel.pool.checkouts")).isEqualTo(1);
            assertThat(taken.label()).isEqualTo("GET /a");
        }
    }

    @Test
    void give_the_connection_seconds_of_each_label_by_what_they_went_into() throws SQLException {
        // given a statement of one route, and a checkout without label
        try (Checkout checkout = pool.checkOut("GET /holds");
                Statement statement = checkout.connection().createStatement()) {
            assertThat(statement.execute("select 1")).isTrue();
        }
        pool.checkOut(null).close();
        scrapeLater();
        connections("checkedOut");

        // then each label has its four counters, which say what the pool says
        for (String label : Set.of("GET /holds", "none")) {
            assertThat(registry.find("aludel.connection.seconds")
                            .tag("label", label)
                            .functionCounters())
                    .extracting(Meter::getId)
                    .extracting(id -> id.getTag("kind"))
                    .containsExactlyInAnyOrder("inSql", "outsideSql", "connecting", "resetting", "unseen");
        }
        Usage holds = pool.usage().stream()
                .filter(usage -> "GET /holds".equals(usage.label()))
                .findFirst()
                .orElseThrow();
        assertThat(holds.inSql()).isPositive();
        assertThat(seconds("GET /holds", "inSql")).isEqualTo(holds.inSql().toNanos() / 1e9);
        assertThat(seconds("GET /holds", "outsideSql"))
                .isEqualTo(holds.outsideSql().toNanos() / 1e9);
    }

    @Test
    void carry_the_name_of_the_pool() {
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getTag("pool")).isEqualTo("trips"));
        assertThat(registry.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toSet()))
                .contains(
                        "aludel.pool.connections",
                        "aludel.pool.waiting",
                        "aludel.pool.size",
                        "aludel.pool.max.overflow",
                        "aludel.pool.checkouts",
                        "aludel.pool.timeouts");
    }

    private boolean catchTimeout() {
        try {
            pool.checkOut("GET /b", Duration.ofMillis(1)).close();
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private void scrapeLater() {
        clock.add(Duration.ofMillis(100));
    }

    private double connections(String state) {
        return registry.get("aludel.pool.connections")
                .tag("state", state)
                .gauge()
                .value();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).functionCounter().count();
    }

    private double seconds(String label, String kind) {
        FunctionCounter counter = registry.get("aludel.connection.seconds")
                .tag("label", label)
                .tag("kind", kind)
                .functionCounter();
        return counter.count();
    }
}
