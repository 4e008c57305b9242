package dev.aludel.metrics;

import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What all meters of a pool read in one scrape: one snapshot and one usage, kept for a moment.
final class Readings {
    private static final long FRESH = Duration.ofMillis(100).toNanos();
    static final String NO_LABEL = "none";

    private final Pool pool;
    private final MeterRegistry registry;
    private final Set<String> labels = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Reading last;

    Readings(Pool pool, MeterRegistry registry) {
        this.pool = pool;
        this.registry = registry;
    }

    /// @param at      the registry's clock, in nanoseconds
    /// @param seconds connection-seconds by label
    private record Reading(long at, PoolSnapshot snapshot, Map<String, Seconds> seconds) {}

    PoolSnapshot snapshot() {
        return current().snapshot();
    }

    private double seconds(String label, Seconds.Kind kind) {
        return current().seconds().getOrDefault(label, Seconds.NONE).of(kind);
    }

    private Reading current() {
        long now = registry.config().clock().monotonicTime();
        Reading reading = last;
        if (reading == null || now - reading.at() >= FRESH) {
            reading = read(now);
            last = reading;
        }
        return reading;
    }

    private Reading read(long now) {
        Map<String, Seconds> seconds =
                pool.usage().stream().collect(Collectors.toMap(Readings::label, Seconds::of, Seconds::plus));
        seconds.keySet().stream().filter(labels::add).forEach(this::register);
        return new Reading(now, pool.snapshot(), Collections.unmodifiableMap(seconds));
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
