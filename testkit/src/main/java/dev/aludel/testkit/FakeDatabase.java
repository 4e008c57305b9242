package dev.aludel.testkit;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A database without a database: a `java.sql` driver that does as a test says, and remembers what it was asked.
///
/// ```java
/// FakeDatabase database = new FakeDatabase();
/// Pool pool = Pool.of(settings -> settings.connections(database::connect).size(1));
///
/// database.next("rollback").fails("08006");
/// pool.getConnection().close();
///
/// assertThat(database.log()).containsExactly("connect 1", "rollback", "close");
/// assertThat(database.open()).isZero();
/// ```
///
/// - *Scripts*: [#next] and [#every] make calls fail, hang, take time or give a value; see [Script].
/// - *Answers*: [#answer] says what statements give. Without, `select` of a whole number gives that number, any other
///   query no rows, `insert`, `update` and `delete` change one row, other statements none.
/// - *Memory*: [#log] and the counts. [Backend] is the database's side of one connection.
/// - *Disasters*: [#killConnections], [#down], [#up]. A driver without manners: [#tellAll].
///
/// Connections behave as JDBC says and, where it leaves a choice, as PostgreSQL's driver does: commit and rollback in
/// auto-commit throw, as do changing isolation or read-only in the middle of a transaction. All JDBC state is kept per
/// connection, so that what one borrower leaves behind is there for the next. What is not supported throws
/// `SQLFeatureNotSupportedException` with the name of the method.
///
/// Names of methods are plain for `Connection` and for what executes a statement (`commit`, `executeQuery`); `execute`
/// stands for all that execute; others carry their interface: `Statement.close`, `ResultSet.next`. A name that JDBC
/// does not know is refused.
public final class FakeDatabase {
    private final Watched state = new Watched();
    private final Journal journal = new Journal();
    private final Answers answers = new Answers();
    private final List<Backend> backends = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final Driver driver = new FakeDriver(this);
    private boolean down;
    private boolean tellsAll;
    private int peak;

    /// A database that is up, has no connections and no script.
    public FakeDatabase() {}

    /// Connects.
    ///
    /// @throws SQLException 08001 if the database is down; or as a script says
    public Connection connect() throws SQLException {
        return connect(new Properties());
    }

    /// Connects with properties, which [Backend#properties] shows. They are not checked: script what is to be refused.
    ///
    /// @throws SQLException 08001 if the database is down; or as a script says
    public Connection connect(Properties properties) throws SQLException {
        Backend backend = state.change(() -> accept(properties));
        Call call = new Call(backend.number(), "connect", null, List.of(backend.number()));
        arrived(call, true);
        return backend.connect(call);
    }

    private Backend accept(Properties properties) {
        Properties copy = new Properties();
        copy.putAll(properties);
        Backend backend = new Backend(this, backends.size() + 1, copy);
        backends.add(backend);
        return backend;
    }

    void requireUp() throws SQLException {
        if (down) {
            throw new SQLNonTransientConnectionException("connection refused: the fake database is down", "08001");
        }
    }

    /// Gives the driver of this database alone: it accepts [#url]. It is not registered with `DriverManager`; a
    /// test that registers it deregisters it too.
    public Driver driver() {
        return driver;
    }

    /// Gives the URL that [#driver] accepts, such as `jdbc:aludel-fake:1b2c3d`, different for each database.
    public String url() {
        return "jdbc:aludel-fake:" + Integer.toHexString(System.identityHashCode(this));
    }

    /// Gives a data source that connects anew for each connection.
    public DataSource dataSource() {
        return new FakeDataSource(this);
    }

    /// Begins to say what the next call of a method does.
    ///
    /// @param method such as `connect`, `commit`, `execute`, `Statement.close`
    /// @throws IllegalArgumentException if JDBC has no such method
    public Script next(String method) {
        return next(method, 1);
    }

    /// Begins to say what each of the next so many calls of a method does.
    ///
    /// @throws IllegalArgumentException if JDBC has no such method or `calls` is less than 1
    public Script next(String method, int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("a script is for 1 call or more, but was for " + calls);
        }
        return script(method, calls);
    }

    /// Begins to say what all calls of a method do from now on, until another `every` says otherwise.
    ///
    /// @throws IllegalArgumentException if JDBC has no such method
    public Script every(String method) {
        return script(method, Rule.FOR_EVER);
    }

    private Script script(String method, int calls) {
        return new Script(MethodNames.require(method), calls, rule -> state.change(() -> rules.add(rule)));
    }

    /// The rule that plays for the call, used once more; null if there is none.
    @Nullable
    Rule ruleFor(Call call) {
        return state.change(() -> {
            Rule chosen = null;
            for (Rule rule : rules) {
                if (rule.fits(call)) {
                    chosen = rule;
                    if (!rule.isForEver()) {
                        break;
                    }
                }
            }
            if (chosen != null && chosen.useUp()) {
                rules.remove(chosen);
            }
            return chosen;
        });
    }

    /// Says what a query answers, whatever its white space. The newest answer that fits counts.
    ///
    /// For an `insert`, `update` or `delete` executed with generated keys asked for, the rows are the keys.
    public void answer(String sql, Rows rows) {
        answer(SqlText.equalTo(sql), rows);
    }

    /// Says what queries with SQL that the predicate accepts answer.
    public void answer(Predicate<String> sql, Rows rows) {
        state.change(() -> answers.add(sql, new Reply(rows, rows.rows().size())));
    }

    /// Says how many rows a statement changes, whatever its white space.
    public void answer(String sql, long updateCount) {
        answer(SqlText.equalTo(sql), updateCount);
    }

    /// Says how many rows statements with SQL that the predicate accepts change.
    public void answer(Predicate<String> sql, long updateCount) {
        state.change(() -> answers.add(sql, new Reply(null, updateCount)));
    }

    Reply reply(String sql) {
        return answers.to(sql);
    }

    /// Kills all connections that are open or being made now, as [Backend#kill] does. New ones can be made.
    public void killConnections() {
        state.change(() -> {
            backends.forEach(Backend::kill);
            return null;
        });
    }

    /// The server goes down: all connections are killed and new ones refused with 08001.
    public void down() {
        state.change(() -> {
            down = true;
            killConnections();
            return null;
        });
    }

    /// The server is up again. Connections that were killed stay so.
    public void up() {
        state.change(() -> down = false);
    }

    /// From now on its errors tell what they should not, as those of some drivers do: each is a
    /// [TellingException], with properties and binds in its message. To see that one's own code hands no
    /// driver's words on: give it a password and a bind of which nothing may be seen in its log.
    ///
    /// ```java
    /// database.tellAll();
    /// database.next("connect").fails("28P01"); // … (connected with {user=app, password=secret}, …
    /// ```
    ///
    /// A `SQLException` of a kind of its own, such as `SQLTimeoutException`, is thrown as it is, unless it
    /// says that there is no connection; so is what is none.
    public void tellAll() {
        state.change(() -> tellsAll = true);
    }

    /// What a call throws for an error.
    SQLException told(SQLException error, Call call) {
        boolean isPlain = error.getClass() == SQLException.class;
        if (state.read(() -> tellsAll) && (isPlain || error instanceof SQLNonTransientConnectionException)) {
            return new TellingException(error, call, backend(call.connection()).properties());
        }
        return error;
    }

    /// Gives how many connections were made. `opened() == open() + closed() + aborted()`, always.
    public int opened() {
        return state.read(() -> open() + closed() + aborted());
    }

    /// Gives how many connections the client has open now, killed ones that it has not closed included.
    public int open() {
        return count(Backend.State.OPEN);
    }

    /// Gives the highest number of connections that were ever open at one time.
    public int peakOpen() {
        return state.read(() -> peak);
    }

    /// Gives how many connections were closed.
    public int closed() {
        return count(Backend.State.CLOSED);
    }

    /// Gives how many connections were aborted.
    public int aborted() {
        return count(Backend.State.ABORTED);
    }

    private int count(Backend.State wanted) {
        return state.read(() -> (int) backends.stream()
                .filter(backend -> backend.clientState() == wanted)
                .count());
    }

    /// Gives how many commits were done. Those that failed are in [#calls(String)] only.
    public int commits() {
        return state.read(() -> journal.countDone("commit"));
    }

    /// Gives how many rollbacks were done, savepoints not counted apart.
    public int rollbacks() {
        return state.read(() -> journal.countDone("rollback"));
    }

    /// Gives how many times `isValid` was called, whatever it gave.
    public int validations() {
        return calls("isValid");
    }

    /// Gives how many executions were done, a batch counted once.
    public int statements() {
        return state.read(() -> journal.countDone(Call.EXECUTE));
    }

    /// Gives how many calls of a method arrived, those that failed or still hang included.
    ///
    /// @throws IllegalArgumentException if JDBC has no such method
    public int calls(String method) {
        MethodNames.require(method);
        return state.read(() -> journal.countArrived(method));
    }

    /// Gives how many calls arrived on a connection while another thread's call was under way on it; see
    /// [Backend#overlaps].
    public int overlaps() {
        return state.read(() -> backends.stream().mapToInt(Backend::overlaps).sum());
    }

    /// Gives what arrived, in order, on all connections, as lines: `connect 1`, `setAutoCommit false`,
    /// `execute insert into trips (code) values (?) [A]`, `isValid 5`, `rollback`, `close`.
    ///
    /// That is what changes something or would go over the wire: connect, executions, the setters of a connection,
    /// commit, rollback, savepoints, isValid, close and abort of the connection, `Statement.cancel`.
    /// The rest is only counted.
    public List<String> log() {
        return lines(call -> true);
    }

    /// Gives what arrived on the connection of that number, in order, as lines.
    public List<String> log(int connection) {
        return lines(call -> call.connection() == connection);
    }

    private List<String> lines(Predicate<Call> which) {
        return state.read(
                () -> journal.calls(which).stream().map(Call::toString).toList());
    }

    /// Gives what [#log] gives, as data.
    public List<Call> calls() {
        return state.read(() -> journal.calls(call -> true));
    }

    /// Gives the database's side of the connection of that number.
    ///
    /// @throws IllegalArgumentException if there was no such attempt to connect
    public Backend backend(int number) {
        return state.read(() -> {
            if (number < 1 || number > backends.size()) {
                throw new IllegalArgumentException("connections are numbered from 1 to " + backends.size()
                        + " so far, but connection " + number + " was asked for");
            }
            return backends.get(number - 1);
        });
    }

    /// Gives the database's side of the connections that the client has open now, in the order of connecting.
    public List<Backend> openBackends() {
        return state.read(() -> backends.stream().filter(Backend::isOpen).toList());
    }

    /// Waits until the condition holds, at most 10 s of real time. It is asked after each call that arrives or
    /// ends, and must only read this database.
    ///
    /// ```java
    /// database.await(it -> it.calls("connect") == 2);
    /// ```
    ///
    /// @throws AssertionError if that did not happen, with what the database has seen
    public void await(Predicate<FakeDatabase> condition) {
        state.await(() -> condition.test(this), () -> "a condition, but there is a " + this + " with the log " + log());
    }

    /// Gives the counts.
    @Override
    public String toString() {
        return state.read(() -> "fake database (" + (down ? "down, " : "") + "opened " + opened() + ", open " + open()
                + ", closed " + closed() + ", aborted " + aborted() + ", statements " + statements() + ", commits "
                + commits() + ", rollbacks " + rollbacks() + ")");
    }

    Watched state() {
        return state;
    }

    void arrived(Call call, boolean isLogged) {
        state.change(() -> {
            journal.arrived(call, isLogged);
            return null;
        });
    }

    /// Does what a call is for, under the lock, and counts it as done.
    @Nullable
    Object finish(Call call, Wire.Body body) throws SQLException {
        return state.change(() -> {
            Object result = body.run();
            journal.done(call);
            peak = Math.max(peak, open());
            return result;
        });
    }
}
