package dev.aludel.junit;

import dev.aludel.pool.Explained;
import dev.aludel.pool.ExplainedDataSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A JUnit extension that fails a test for how it uses connections, with the line that did it. On any
/// data source: a pool, or a driver's own.
///
/// ```java
/// @RegisterExtension
/// static final ConnectionBudget budget = ConnectionBudget.on(dataSource).heldOutsideSql(ofMillis(50)).statements(10);
///
/// private final Orders orders = new Orders(budget.dataSource());    // what the code under test is given
/// ```
///
/// A test fails at its end, when its own `@AfterEach` methods are done, if
///
/// - a connection was held outside SQL for longer than [#heldOutsideSql] in all,
/// - a thread checked out more than [#connections] at a time,
/// - more statements were run than [#statements] allows, or the same one from one line more often than
///   [#repeats] does: the mark of a query for each row,
/// - a connection that it checked out was not given back.
///
/// [WithBudget] gives a test limits of its own. What is checked out between tests, in `@BeforeAll` say,
/// is not judged. Tests that run at the same time need a budget each, as nobody could tell whose a
/// connection is: one that begins while another runs is refused.
public final class ConnectionBudget implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(ConnectionBudget.class);

    private final DataSource source;
    private final Ledger ledger = new Ledger();
    private Limits limits = Limits.DEFAULT;
    private LongSupplier ticker = System::nanoTime;
    private final Lock wrapping = new ReentrantLock();
    private @Nullable ExplainedDataSource wrapped;

    private ConnectionBudget(DataSource source) {
        this.source = source;
    }

    /// Makes a budget for what is checked out of a data source through [#dataSource].
    public static ConnectionBudget on(DataSource source) {
        return new ConnectionBudget(source);
    }

    /// Sets for how long a connection may be held outside SQL, from its checkout to its close in all.
    /// Default 50 ms. What is done on the driver's own object after an `unwrap` counts as neither.
    public ConnectionBudget heldOutsideSql(Duration value) {
        Limits.least("heldOutsideSql", value.toNanos(), 0);
        limits = new Limits(value, limits.statements(), limits.repeats(), limits.connections());
        return this;
    }

    /// Sets how many statements a test may run, 0 or more. A batch counts once. Default: any number.
    public ConnectionBudget statements(int value) {
        Limits.least("statements", value, 0);
        limits = new Limits(limits.heldOutsideSql(), value, limits.repeats(), limits.connections());
        return this;
    }

    /// Sets how often a test may run the same statement, values apart, from one line, 1 or more.
    /// Default: as often as it likes.
    public ConnectionBudget repeats(int value) {
        Limits.least("repeats", value, 1);
        limits = new Limits(limits.heldOutsideSql(), limits.statements(), value, limits.connections());
        return this;
    }

    /// Sets how many connections a thread may have at a time, 1 or more. Default 1: with two, as many
    /// threads as the pool has connections wait for each other.
    public ConnectionBudget connections(int value) {
        Limits.least("connections", value, 1);
        limits = new Limits(limits.heldOutsideSql(), limits.statements(), limits.repeats(), value);
        return this;
    }

    /// Sets where the time comes from, in nanoseconds: to be called before [#dataSource]. Default
    /// [System#nanoTime].
    public ConnectionBudget ticker(LongSupplier value) {
        ticker = value;
        return this;
    }

    /// Returns the data source that the code under test is to use. Always the same one.
    public ExplainedDataSource dataSource() {
        wrapping.lock();
        try {
            ExplainedDataSource ours = wrapped == null ? wrap() : wrapped;
            wrapped = ours;
            return ours;
        } finally {
            wrapping.unlock();
        }
    }

    private ExplainedDataSource wrap() {
        return Explained.wrap(
                source, settings -> settings.everySite(true).listener(ledger).ticker(ticker));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Limits its = limits;
        for (Class<?> type : context.getRequiredTestInstances().getAllInstances().stream()
                .map(Object::getClass)
                .toList()) {
            its = its.with(type.getAnnotation(WithBudget.class)); // the innermost last
        }
        its = its.with(context.getRequiredTestMethod().getAnnotation(WithBudget.class));
        ledger.begin(context.getDisplayName(), its);
        context.getStore(OURS).put(this, true);
    }

    /// @throws AssertionError if the test has exceeded its budget; the text says what, where, why and
    ///               what to do
    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getStore(OURS).remove(this) == null) {
            return; // it was not let begin
        }
        List<Finding> findings = ledger.end();
        if (!findings.isEmpty()) {
            throw new AssertionError(Finding.text(findings));
        }
    }
}
