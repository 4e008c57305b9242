package dev.aludel.engine;

import dev.aludel.pool.Pool;
import dev.aludel.pool.Settings;
import dev.aludel.sql.Dialect;
import dev.aludel.sql.Dialects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What an engine is to be like. The defaults are meant for production.
///
/// Every value is checked when it is set, and refused with an [IllegalArgumentException] that names the option,
/// the value, the rule and the remedy. The options of the pool (`poolSize` to `socketTimeout`, `pool`) go with
/// [Engine#create(String, Consumer)] only: who brings a data source has set it up.
public final class Options {
    private static final Duration LONGEST = Duration.ofDays(365);

    private String name = "";
    private @Nullable Dialect dialect;
    private boolean sqlalchemy;
    private boolean logValues;
    private @Nullable Echo echo;
    private @Nullable Duration statementTimeout;
    private int cacheSize = 500;
    private @Nullable Duration commitCheck;
    private LongSupplier ticker = System::nanoTime;
    private @Nullable LongConsumer park;
    private final List<String> poolOptions = new ArrayList<>();
    private final List<Consumer<Settings>> poolSettings = new ArrayList<>();
    private final List<Consumer<Settings>> lastSettings = new ArrayList<>();

    Options() {}

    /// Sets the name, for loggers, messages and the pool. Default: none.
    public Options name(String value) {
        if (value.isBlank() || PlainText.hasControl(value)) {
            throw refused(
                    "name",
                    "a text without visible letters, or with control characters",
                    "must be a word that can be read in a log",
                    "leave it out, or give one such as trips");
        }
        name = value;
        return this;
    }

    /// Speaks a dialect of one's own, whatever the URL says.
    public Options dialect(Dialect value) {
        dialect = value;
        return this;
    }

    /// Sets how many connections are kept open, 1 or more. Default 10. They are opened when they are first needed.
    public Options poolSize(int value) {
        if (value < 1)
            throw refused("poolSize", value, "must be 1 or more", "give the number of connections to keep open");
        return pooled("poolSize", settings -> settings.size(value));
    }

    /// Sets how many connections may be opened beyond [#poolSize] when all are lent, 0 or more. Default 0.
    public Options maxOverflow(int value) {
        if (value < 0) {
            throw refused("maxOverflow", value, "must be 0 or more", "give a number; there is no pool without a limit");
        }
        return pooled("maxOverflow", settings -> settings.maxOverflow(value));
    }

    /// Sets how long taking a connection may last in all: queueing, connecting and checking. Default 30 s.
    public Options poolTimeout(Duration value) {
        if (value.isZero()) throw refused("poolTimeout", value, "must be more than 0", "give a time such as 10 s");
        Duration checked = time("poolTimeout", value);
        return pooled("poolTimeout", settings -> settings.timeout(checked));
    }

    /// Sets whether a connection is checked before it is lent: `true` always, `false` only after another one was
    /// found dead. Default: if it was idle for more than 500 ms.
    public Options prePing(boolean value) {
        return pooled("prePing", settings -> settings.prePing(value));
    }

    /// Sets the age after which a connection is replaced. Zero: never. Default 30 min, less up to 25 % at random.
    public Options recycle(Duration value) {
        Duration checked = time("recycle", value);
        return pooled("recycle", settings -> settings.recycle(checked));
    }

    /// Sets how long the driver may wait for an answer of the server before the connection counts as lost. Zero:
    /// for ever. Default: 30 s longer than a statement may take, 60 s at least; for ever if that is for ever.
    public Options socketTimeout(Duration value) {
        Duration checked = time("socketTimeout", value);
        return pooled("socketTimeout", settings -> settings.socketTimeout(checked));
    }

    /// Sets how long a statement may run before it is cancelled, in whole seconds (a part of one counts as one).
    /// Zero: for ever. Default 30 s, or half a [#socketTimeout] under a minute; with [Engine#of] on an Aludel
    /// pool what that pool sets.
    ///
    /// It must be shorter than the socket timeout, or a slow statement costs the connection in place of itself
    /// and fails as [ConnectionLost]. [Engine#create] sees to that. With [Engine#of] nobody does, since the engine
    /// cannot see the socket timeout of the source, unless that is an Aludel pool: it raises its own for
    /// the loan, if the borrower has set none.
    public Options statementTimeout(Duration value) {
        statementTimeout = time("statementTimeout", value);
        return this;
    }

    /// Prints what the engine does to standard output, values included, whatever the logging configuration is: for
    /// development. Default `false`.
    public Options echo(boolean value) {
        echo = value ? new Echo(false) : null;
        return this;
    }

    /// As [#echo], with the names of columns and the rows. Default `false`.
    public Options echoRows(boolean value) {
        echo = value ? new Echo(true) : null;
        return this;
    }

    /// Sets whether the log shows bind values and rows. Default `false`: it says how many there are. Values may be
    /// secrets, and logs are kept.
    public Options logValues(boolean value) {
        logValues = value;
        return this;
    }

    /// Sets how many texts of statements are kept, 0 or more; 0 renders each anew. Default 500.
    public Options cacheSize(int value) {
        if (value < 0) throw refused("cacheSize", value, "must be 0 or more", "give 0 to keep none, or leave it out");
        cacheSize = value;
        return this;
    }

    /// Has PostgreSQL asked what became of a COMMIT whose answer was lost, on another connection, for
    /// so long at most (and about a second more at worst). If it was committed, `commit()` returns as
    /// always; if it was rolled back, it throws [TransactionRolledBack]; [CommitOutcomeUnknown] stays
    /// for what the database cannot tell in that time. Zero only gives the transaction's number to
    /// that. Default: off, since it costs each transaction that is not read-only a round trip before
    /// COMMIT, to learn its number.
    ///
    /// After a failover nothing can be told: the new primary may have given the number to another
    /// transaction.
    ///
    /// The user needs the right to run the functions that are asked and to read `pg_stat_activity`, which all
    /// have unless it was revoked.
    /// Without it the log says once which, and all goes on as if this were off.
    public Options commitCheck(Duration value) {
        commitCheck = time("commitCheck", value);
        return this;
    }

    /// Sets where the time comes from, in nanoseconds of any origin. Default `System::nanoTime`. Pauses
    /// ([Retry#pause], [#commitCheck]) are in real time nevertheless.
    public Options ticker(LongSupplier value) {
        ticker = value;
        return this;
    }

    /// Sets how a thread waits for so many nanoseconds of the ticker, or less: what makes a ticker may know. Pauses
    /// are by the ticker then.
    Options park(LongConsumer value) {
        park = value;
        return this;
    }

    /// Sets what the options here do not offer, on the settings of the pool. It is applied after them, wherever it
    /// stands: `pool(settings -> settings.size(3)).poolSize(5)` makes a pool of 3.
    public Options pool(Consumer<Settings> value) {
        poolOptions.add("pool");
        lastSettings.add(value);
        return this;
    }

    /// Starts from the defaults of SQLAlchemy: a pool as [Settings#sqlalchemy] has it, and no statement timeout.
    public Options sqlalchemy() {
        sqlalchemy = true;
        poolOptions.add("sqlalchemy");
        return this;
    }

    private Options pooled(String key, Consumer<Settings> setting) {
        poolOptions.add(key);
        poolSettings.add(setting);
        return this;
    }

    /// Returns the settings of the pool for a target.
    Settings settings(Target target) {
        Settings settings = sqlalchemy ? Settings.sqlalchemy() : new Settings();
        settings.connections(target)
                .readScope("sessions.read or engine.read")
                .deadline(WorkDeadline::current)
                .borrower(WorkBorrower::current);
        if (statementTimeout != null) settings.statementTimeout(statementTimeout);
        if (!name.isEmpty()) settings.name(name);
        poolSettings.forEach(each -> each.accept(settings));
        lastSettings.forEach(each -> each.accept(settings));
        return settings;
    }

    /// @throws IllegalArgumentException if an option of the pool was set, which would have no effect
    void refusePoolOptions() {
        if (poolOptions.isEmpty()) return;
        throw new IllegalArgumentException(String.join(", ", poolOptions)
                + " must not be set for Engine.of(dataSource, dialect), since the data source has a pool of its own or none:"
                + " set it there, or use Engine.create(url)");
    }

    String name() {
        return name;
    }

    @Nullable
    Dialect dialect() {
        return dialect;
    }

    /// Returns the limit of the statements on a source.
    ///
    /// @param owned whether the source is a pool made with [#settings]
    StatementLimit limit(DataSource source, boolean owned) {
        if (owned) return new StatementLimit.ByPool(isDecidedByPool() ? null : statementTimeout());
        if (source instanceof Pool && statementTimeout == null) return new StatementLimit.ByPool(null);
        return new StatementLimit.PerStatement(statementTimeout());
    }

    private boolean isDecidedByPool() {
        return poolOptions.contains("pool") || (statementTimeout == null && poolOptions.contains("socketTimeout"));
    }

    private Duration statementTimeout() {
        if (statementTimeout != null) return statementTimeout;
        return sqlalchemy ? Duration.ZERO : Duration.ofSeconds(30);
    }

    /// @throws IllegalArgumentException if it was set for a database that cannot be asked
    @Nullable
    Duration commitCheck(Dialect spoken) {
        if (commitCheck != null && !spoken.name().equals(Dialects.POSTGRESQL.name())) {
            throw refused("commitCheck", commitCheck, "must not be set for " + spoken.name(), "only PostgreSQL knows");
        }
        return commitCheck;
    }

    int cacheSize() {
        return cacheSize;
    }

    LongSupplier ticker() {
        return ticker;
    }

    Pausing pausing() {
        return park == null ? Pausing.IN_REAL_TIME : new Pausing(ticker, park);
    }

    EngineLog log() {
        return EngineLog.of(name, logValues, echo);
    }

    private static Duration time(String key, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw refused(key, value, "must be between 0 and 365 days", "give a time such as 10 s");
        }
        return value;
    }

    private static IllegalArgumentException refused(String key, Object value, String rule, String remedy) {
        return new IllegalArgumentException(key + " " + rule + ", but was " + value + ": " + remedy);
    }
}
