package dev.aludel.pool;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// How another pool is to be explained: see [Explained#wrap]. How it works is its own to set.
public final class WrapSettings {
    /// For how long each slot keeps what it is explained from, whatever the other's timeout is.
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final Settings settings = Settings.sqlalchemy().kind(PoolKind.NULL).timeout(KEPT);
    private boolean named;
    private boolean everySite;
    private @Nullable LoanListener listener;
    private Duration explainAfter = Duration.ofSeconds(1);

    WrapSettings() {}

    /// Sets the name, for messages and logs. Default: the name of the other's class.
    public WrapSettings name(String value) {
        settings.name(value);
        named = true;
        return this;
    }

    /// Sets where the label of a checkout comes from (a route, a job): it stands for the caller in
    /// usage and explanations, so there should be few different ones. It is asked on the caller's
    /// thread; a checkout throws what it throws. Default: none.
    public WrapSettings label(Supplier<@Nullable String> value) {
        settings.label(value);
        return this;
    }

    /// Sets what the layer above calls its way of reading without keeping a connection, for remedies.
    public WrapSettings readScope(String value) {
        settings.readScope(value);
        return this;
    }

    /// Sets how long a caller must have waited for an error of the other's to be explained that does
    /// not say by its type that it is a timeout. Default 1 s, more than any other error takes; a pool
    /// whose timeout is shorter and which throws a plain `SQLException`, as Agroal does, needs less.
    public WrapSettings explainAfter(Duration value) {
        explainAfter = Ranges.notNegative("explainAfter", value);
        return this;
    }

    /// Sets whether each checkout has its line of code recorded, a microsecond or two each. Default:
    /// those of a slot that are no less than 0.1 ms apart.
    public WrapSettings everySite(boolean value) {
        everySite = value;
        return this;
    }

    /// Sets who is told of each loan and statement: for tests. Default: nobody.
    public WrapSettings listener(LoanListener value) {
        listener = value;
        return this;
    }

    /// Sets where the time comes from, in nanoseconds: for tests. Default [System#nanoTime].
    public WrapSettings ticker(LongSupplier value) {
        Scheduling system = Scheduling.system();
        settings.scheduling(new Scheduling(
                value, system.park(), system.unpark(), system.executor(), system.random(), system.near()));
        return this;
    }

    boolean isEverySite() {
        return everySite;
    }

    @Nullable
    LoanListener listener() {
        return listener;
    }

    long explainAfter() {
        return Queueing.saturated(explainAfter);
    }

    Config config(DataSource other) {
        if (!named) {
            String kind = other.getClass().getSimpleName();
            settings.name(kind.isEmpty() ? "data source" : kind);
        }
        return settings.connections(other).config();
    }
}
