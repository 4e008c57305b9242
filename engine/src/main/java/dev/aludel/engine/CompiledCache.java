package dev.aludel.engine;

import dev.aludel.sql.Dialect;
import dev.aludel.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// The texts of statements by their shape, shared by all threads of an engine.
///
/// As in the model it grows to half as many again as its capacity and is then cut back to it, the least recently
/// used first. So reading takes no lock, and cutting is rare.
final class CompiledCache {
    private final Dialect dialect;
    private final int capacity;
    private final LongSupplier ticker;
    private final EngineLog log;
    private final Map<Object, Compiled> texts = new ConcurrentHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final AtomicBoolean pruning = new AtomicBoolean();

    CompiledCache(Dialect dialect, int capacity, LongSupplier ticker, EngineLog log) {
        this.dialect = dialect;
        this.capacity = capacity;
        this.ticker = ticker;
        this.log = log;
    }

    /// Returns the statement's text, and how it came about.
    Lookup find(Statement statement) {
        long started = ticker.getAsLong();
        if (capacity == 0) return new Lookup(render(statement, started), Lookup.Origin.CACHING_DISABLED, started);
        Object key = statement.key();
        Compiled known = texts.get(key);
        if (known != null) {
            hits.increment();
            known.used(started);
            return new Lookup(known, Lookup.Origin.CACHED, known.madeAt());
        }
        Compiled made = render(statement, started);
        texts.put(key, made);
        if (texts.size() > capacity + capacity / 2) prune();
        return new Lookup(made, Lookup.Origin.GENERATED, started);
    }

    private Compiled render(Statement statement, long started) {
        misses.increment();
        return new Compiled(dialect.render(statement), started);
    }

    /// A text as it is sorted: by a time that stays, while other threads go on using it.
    private record LastUse(Object key, Compiled text, long at) {}

    private void prune() {
        if (!pruning.compareAndSet(false, true)) return;
        try {
            int size = texts.size();
            log.pruning(size, capacity);
            List<LastUse> oldestFirst = texts.entrySet().stream()
                    .map(each -> new LastUse(
                            each.getKey(), each.getValue(), each.getValue().usedAt()))
                    .sorted(Comparator.comparingLong(LastUse::at))
                    .toList();
            for (LastUse each : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - capacity))) {
                texts.remove(each.key(), each.text());
            }
        } finally {
            pruning.set(false);
        }
    }

    CacheStatistics statistics() {
        return new CacheStatistics(texts.size(), capacity, hits.sum(), misses.sum());
    }
}
