package dev.aludel.metrics;

import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/// The meters of one pool.
///
/// ```java
/// new PoolMetrics(pool).bindTo(registry);
/// ```
///
/// | meter | tags | what |
/// |---|---|---|
/// | `aludel.pool.connections` | `pool`, `state` = `checkedOut`, `idle`, `connecting` | connections now |
/// | `aludel.pool.waiting` | `pool` | callers that wait for a connection now |
/// | `aludel.pool.size`, `aludel.pool.max.overflow` | `pool` | the limits |
/// | `aludel.pool.checkouts`, `aludel.pool.timeouts` | `pool` | counted since the pool began |
/// | `aludel.connection.seconds` | `pool`, `label`, `kind` | what the time of connections went into |
///
/// A `label` is a route or job. A `kind` is `inSql`, `outsideSql`, `connecting`, `resetting` or `unseen`. The rate of
/// `aludel.connection.seconds` is the number of connections that a route keeps busy. A route whose
/// `outsideSql` is high holds connections while it does something else: that is what starves a pool.
///
/// The values of one scrape usually come from one snapshot and add up; they are read anew when 100 ms have passed on
/// the registry's clock, be it in the middle of a scrape. A label's counters appear at the scrape after the one that
/// first saw it. Counters never fall, whatever the pool says for a moment.
public final class PoolMetrics implements MeterBinder {
    private final Pool pool;

    /// Makes meters of a pool; [#bindTo] registers them.
    public PoolMetrics(Pool pool) {
        this.pool = pool;
    }

    /// Registers the meters. They hold on to the pool until they are removed from the registry.
    @Override
    public void bindTo(MeterRegistry registry) {
        Readings readings = new Readings(pool, registry);
        new Registration(registry, readings, pool.name()).all();
    }

    /// One registry's meters of one pool.
    private record Registration(MeterRegistry registry, Readings readings, String pool) {
        void all() {
            connections("checkedOut", PoolSnapshot::checkedOut);
            connections("idle", PoolSnapshot::idle);
            connections("connecting", PoolSnapshot::connecting);
            gauge("aludel.pool.waiting", "Callers that wait for a connection", PoolSnapshot::waiting);
            gauge("aludel.pool.size", "Connections that the pool keeps", PoolSnapshot::size);
            gauge(
                    "aludel.pool.max.overflow",
                    "Connections that the pool opens beyond its size",
                    PoolSnapshot::maxOverflow);
            counter("aludel.pool.checkouts", "Connections lent", Readings::checkouts);
            counter(
                    "aludel.pool.timeouts",
                    "Callers that got no connection in time, or were refused",
                    Readings::timeouts);
        }

        private void connections(String state, ToDoubleFunction<PoolSnapshot> value) {
            Gauge.builder("aludel.pool.connections", () -> value.applyAsDouble(readings.snapshot()))
                    .description("Connections by what they are doing")
                    .tag("pool", pool)
                    .tag("state", state)
                    .register(registry);
        }

        private void gauge(String name, String description, ToDoubleFunction<PoolSnapshot> value) {
            Gauge.builder(name, () -> value.applyAsDouble(readings.snapshot()))
                    .description(description)
                    .tag("pool", pool)
                    .register(registry);
        }

        private void counter(String name, String description, ToDoubleFunction<Readings> value) {
            FunctionCounter.builder(name, readings, value)
                    .description(description)
                    .tag("pool", pool)
                    .register(registry);
        }
    }
}
