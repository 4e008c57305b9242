package dev.aludel.engine;

import dev.aludel.sql.Bind;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Returning;
import dev.aludel.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Says what the engine does, in the model's sentences, one level down; see connection-model section 5.
///
/// A caller asks [#isOnForStatements] once per statement and leaves the rest out if it is not.
final class EngineLog {
    private static final String LOGGER = "dev.aludel.engine.Engine";
    private static final int LONGEST_SQL = 500;
    private static final int SQL_HEAD = 250;
    private static final int SQL_TAIL = 100;
    private static final int MOST_BINDS = 100;

    private static final Pattern ROW_NUMBER = Pattern.compile("__[0-9]+$");

    private final Logger logger;
    private final boolean showsValues;
    private final @Nullable Echo echo;

    private EngineLog(Logger logger, boolean showsValues, @Nullable Echo echo) {
        this.logger = logger;
        this.showsValues = showsValues;
        this.echo = echo;
    }

    /// @param name the engine's name, or empty for none
    static EngineLog of(String name, boolean showsValues, @Nullable Echo echo) {
        String logger = name.isEmpty() ? LOGGER : LOGGER + "." + name;
        return new EngineLog(LoggerFactory.getLogger(logger), showsValues, echo);
    }

    boolean isOnForStatements() {
        return echo != null || logger.isDebugEnabled();
    }

    boolean isOnForRows() {
        return (echo != null && echo.showsRows()) || logger.isTraceEnabled();
    }

    /// Returns whether somebody will see the values of rows, so that they must be read for it.
    boolean showsRowValues() {
        return (echo != null && echo.showsRows()) || showsValues;
    }

    void begin(boolean readOnly) {
        line(Level.DEBUG, readOnly ? "BEGIN READ ONLY (implicit)" : "BEGIN (implicit)");
    }

    void commit() {
        line(Level.DEBUG, "COMMIT");
    }

    void resolved(long transaction, CommitCheck.Outcome outcome) {
        line(Level.INFO, "COMMIT of transaction " + transaction + " was not answered; the database says: " + outcome);
    }

    void unchecked(String missing) {
        logger.warn(
                "commitCheck is off for this engine: its database user may not use {}, so that nobody can ask what became of a"
                        + " COMMIT. GRANT EXECUTE ON FUNCTION … (or SELECT ON the view) TO that user, and make the engine anew",
                missing);
    }

    void again(int run, int most, DatabaseException failure) {
        line(
                Level.INFO,
                "run " + run + " of " + most + " after " + failure.getClass().getSimpleName());
    }

    void rollback() {
        line(Level.DEBUG, "ROLLBACK");
    }

    void statement(Lookup lookup, Statement statement, LongSupplier ticker) {
        List<Bind<?>> binds = statement.binds();
        line(Level.DEBUG, isManyRows(statement, binds) ? shortened(lookup.sql()) : lookup.sql());
        String badge = "[" + lookup.badge(ticker.getAsLong()) + "] ";
        if (echo != null) echo.print(Level.DEBUG, logger.getName(), badge + shown(binds));
        if (logger.isDebugEnabled()) logger.debug("{}{}", badge, showsValues ? shown(binds) : hidden(binds.size()));
    }

    void columns(List<String> labels) {
        line(Level.TRACE, "Col " + PythonText.tuple(labels));
    }

    /// @param values the row's values; read only if [#showsRowValues]
    void row(List<@Nullable Object> values) {
        if (echo != null && echo.showsRows())
            echo.print(Level.TRACE, logger.getName(), "Row " + PythonText.tuple(values));
        if (!logger.isTraceEnabled()) return;
        logger.trace("Row {}", showsValues ? PythonText.tuple(values) : "(hidden)");
    }

    void pruning(int size, int capacity) {
        line(
                Level.DEBUG,
                "Compiled cache size pruning from " + size + " items to " + capacity
                        + ".  Increase cache size to reduce the frequency of pruning.");
    }

    /// Notes a failure that the caller is spared, since nothing is lost by it.
    void spared(String what, Throwable failure) {
        logger.warn("{}: {}", what, failure.getClass().getName());
    }

    private void line(Level level, String message) {
        if (echo != null && echo.shows(level)) echo.print(level, logger.getName(), message);
        if (logger.isEnabledForLevel(level)) logger.atLevel(level).log(message);
    }

    /// An insert of many rows numbers its binds by row: `code__0`, `code__1`.
    private static boolean isManyRows(Statement statement, List<Bind<?>> binds) {
        Statement change = statement instanceof Returning<?> returning ? returning.change() : statement;
        return change instanceof Insert<?>
                && !binds.isEmpty()
                && ROW_NUMBER.matcher(binds.getLast().name()).find();
    }

    private static String hidden(int count) {
        return switch (count) {
            case 0 -> "{}";
            case 1 -> "{1 value hidden}";
            default -> "{" + count + " values hidden}";
        };
    }

    private static String shown(List<Bind<?>> binds) {
        if (binds.size() <= MOST_BINDS) return "{" + pairs(binds) + "}";
        int half = MOST_BINDS / 2;
        return "{" + pairs(binds.subList(0, half))
                + " ... " + (binds.size() - MOST_BINDS) + " parameters truncated ... "
                + pairs(binds.subList(binds.size() - half, binds.size())) + "}";
    }

    private static String pairs(List<Bind<?>> binds) {
        List<String> texts = new ArrayList<>(binds.size());
        for (Bind<?> bind : binds) texts.add(PythonText.value(bind.name()) + ": " + PythonText.value(bind.value()));
        return String.join(", ", texts);
    }

    /// Cuts a long text in the middle, as an insert of many rows has it: its end shows what it returns.
    static String shortened(String sql) {
        int cut = sql.length() - SQL_HEAD - SQL_TAIL;
        if (sql.length() <= LONGEST_SQL) return sql;
        return sql.substring(0, SQL_HEAD)
                + " ... " + cut + " characters truncated ... "
                + sql.substring(sql.length() - SQL_TAIL);
    }
}
