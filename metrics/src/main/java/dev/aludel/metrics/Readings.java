package dev.aludel.metrics;

import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/// What all meters of a pool read in one scrape: one snapshot and one usage, kept for a moment.
final class Readings {
    private static final long FRESH = Duration.ofMillis(100).toNanos();
    static final String NO_LABEL = "none";

    private final Pool pool;
    private final MeterRegistry registry;
    private final Set<String> labels = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Reading> last;

    Readings(Pool pool, MeterRegistry registry) {
        this.pool = pool;
        this.registry = registry;
        last = new AtomicReference<>(Reading.of(now() - FRESH, pool.snapshot(), Map.of()));
    }

    PoolSnapshot snapshot() {
        return current().snapshot();
    }

    double checkouts() {
        return current().checkouts();
    }

    double timeouts() {
        return current().timeouts();
    }

    private double seconds(String label, Seconds.Kind kind) {
        return current().seconds().getOrDefault(label, Seconds.NONE).of(kind);
    }

    private Reading current() {
        long now = now();
        Reading reading = last.get();
        return now - reading.at() < FRESH ? reading : last.accumulateAndGet(read(now), Reading::and);
    }

    private long now() {
        return registry.config().clock().monotonicTime();
    }

    private Reading read(long now) {
        Map<String, Seconds> seconds =
                pool.usage().stream().collect(Collectors.toMap(Readings::label, Seconds::of, Seconds::plus));
        seconds.keySet().stream().filter(labels::add).forEach(this::register);
        return Reading.of(now, pool.snapshot(), seconds);
    }

    private static String label(Usage usage) {
        String label = usage.label();
        return label == null ? NO_LABEL : label;
    }

    private void register(String label) {
        for (Seconds.Kind kind : Seconds.Kind.values()) {
            FunctionCounter.builder("aludel.connection.seconds", this, readings -> readings.seconds(label, kind))
                    .description("What the time of connections went into")
                    .baseUnit("seconds")
                    .tag("pool", pool.name())
                    .tag("label", label)
                    .tag("kind", kind.tag())
                    .register(registry);
        }
    }
}
