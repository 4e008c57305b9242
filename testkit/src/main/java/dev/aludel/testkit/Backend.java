package dev.aludel.testkit;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The database's side of one connection: what a test may ask and do behind the back of the code under test.
///
/// `database.backend(1)` gives that of the first connection, `connection.unwrap(Backend.class)` that of a connection at
/// hand, through a pool's proxy too.
public final class Backend {
    enum State {
        CONNECTING,
        OPEN,
        CLOSED,
        ABORTED,
        REFUSED
    }

    interface Body {
        @Nullable
        Object run() throws SQLException;
    }

    private final FakeDatabase database;
    private final int number;
    private final Properties properties;
    private final Map<Stall, JdbcHandler> stalls = new HashMap<>();
    private final ConnectionHandler connection;
    private State state = State.CONNECTING;
    private boolean killed;
    private int busy;
    private int overlaps;

    Backend(FakeDatabase database, int number, Properties properties) {
        this.database = database;
        this.number = number;
        this.properties = properties;
        this.connection = new ConnectionHandler(this);
    }

    /// Gives the number of the connection, counted from 1 in the order of connect attempts.
    public int number() {
        return number;
    }

    /// Tells whether the client has the connection open: connected, and neither closed nor aborted. A killed connection
    /// is open until the client closes it.
    public boolean isOpen() {
        return database.state().read(() -> state == State.OPEN);
    }

    /// Tells whether the connection was killed, or lost by an interrupt or timeout in the middle of a call.
    public boolean isKilled() {
        return database.state().read(() -> killed);
    }

    /// Tells whether a statement ran with auto-commit off and neither commit nor rollback has followed.
    public boolean inTransaction() {
        return database.state().read(() -> connection.session().inTransaction());
    }

    /// Gives what a borrower left behind: each piece of JDBC state that differs from that of a new connection, with its
    /// value, such as `autoCommit=false`, `openStatements=2`, `inTransaction=true`. Empty after a complete reset.
    public Map<String, @Nullable Object> leftovers() {
        return database.state().read(() -> connection.session().leftovers());
    }

    /// Gives how many statements of the connection are open, prepared ones included.
    public int openStatements() {
        return database.state().read(() -> connection.session().openStatements());
    }

    /// Gives how many calls arrived while another thread's call was under way on this connection: 0, if nobody shares
    /// it. What is made for use from other threads (`abort`, `cancel`, `close`, `isClosed`) is not counted.
    public int overlaps() {
        return database.state().read(() -> overlaps);
    }

    /// Gives what arrived on this connection, in order, as [FakeDatabase#log] does.
    public List<String> log() {
        return database.log(number);
    }

    /// Gives a copy of the properties that the connect came with: `user`, `password` and others.
    public Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /// Adds a warning to those that the connection reports.
    public void warn(SQLWarning warning) {
        database.state().change(() -> {
            connection.session().warn(warning);
            return null;
        });
    }

    /// Cuts the connection, as an administrator or a firewall would: calls under way and later ones throw 08006,
    /// `isValid` gives false. Closing it is possible and still counts.
    public void kill() {
        database.state().change(() -> {
            killed = true;
            endStalls(Stall.Ending.DISCONNECTED, any -> true);
            return null;
        });
    }

    @Override
    public String toString() {
        return database.state().read(() -> "fake connection " + number + " (" + state + (killed ? ", killed)" : ")"));
    }

    FakeDatabase database() {
        return database;
    }

    Connection connect(Call call) throws SQLException {
        try {
            Object made = serve(call, TimeLimit.NONE, connection, this::open);
            return Connection.class.cast(requireNonNull(made, "a script lets connect give null"));
        } finally {
            database.state().change(() -> {
                if (state == State.CONNECTING) {
                    become(State.REFUSED);
                }
                return null;
            });
        }
    }

    private Connection open() throws SQLException {
        database.requireUp();
        requireAlive();
        become(State.OPEN);
        return connection.proxy(Connection.class);
    }

    State clientState() {
        return state;
    }

    /// Connected, refused, closed or aborted. Whatever is not open ends the calls that hang.
    void become(State next) {
        state = next;
        if (next != State.OPEN) {
            endStalls(Stall.Ending.DISCONNECTED, any -> true);
        }
    }

    /// Ends the calls of one statement that hang.
    void cancel(JdbcHandler statement) {
        endStalls(Stall.Ending.CANCELLED, statement::equals);
    }

    private void endStalls(Stall.Ending how, Predicate<JdbcHandler> whose) {
        stalls.forEach((stall, caller) -> {
            if (whose.test(caller)) {
                stall.end(how);
            }
        });
    }

    void requireAlive() throws SQLException {
        if (killed) {
            throw gone("the server has closed the connection");
        }
    }

    private ConnectionGone gone(String reason) {
        return new ConnectionGone("fake connection " + number + ": " + reason);
    }

    TimeLimit networkTimeout() {
        return database.state()
                .read(() -> TimeLimit.of(
                        Duration.ofMillis(connection.session().networkTimeout()), Stall.Ending.READ_TIMEOUT));
    }

    void enter() {
        database.state().change(() -> {
            if (busy++ > 0) {
                overlaps++;
            }
            return null;
        });
    }

    void leave() {
        database.state().change(() -> busy--);
    }

    /// Lets a call do what its script says, and then, under the lock of the database, what it always does.
    @Nullable
    Object serve(Call call, TimeLimit limit, JdbcHandler caller, Body body) throws SQLException {
        Rule rule = database.ruleFor(call);
        for (int i = 0; rule != null && i < rule.steps().size(); i++) {
            switch (rule.steps().get(i)) {
                case Rule.Step.Take take -> take(take, limit, caller);
                case Rule.Step.Hang hang -> hang(hang.gate(), caller);
                case Rule.Step.Fail fail -> throw raised(fail.failure().get());
                case Rule.Step.Give give -> {
                    return database.finish(call, give::value);
                }
                case Rule.Step.Disconnect lost -> {
                    kill();
                    throw gone("the connection was lost during " + call.method());
                }
            }
        }
        return database.finish(call, body);
    }

    private void take(Rule.Step.Take take, TimeLimit limit, JdbcHandler caller) throws SQLException {
        TimeLimit first = new TimeLimit(take.duration(), Stall.Ending.GO_ON).or(limit);
        sitOut(Stall.forTime(take.clock(), first.after(), first.ending()), caller);
    }

    private void hang(Gate gate, JdbcHandler caller) throws SQLException {
        Stall stall = gate.enter();
        try {
            sitOut(stall, caller);
        } finally {
            gate.leave(stall);
        }
    }

    private void sitOut(Stall stall, JdbcHandler caller) throws SQLException {
        keep(stall, caller);
        Stall.Ending ending = stall.await();
        database.state().change(() -> stalls.remove(stall));
        switch (ending) {
            case GO_ON -> {}
            case CANCELLED -> throw new SQLException("canceling statement due to user request", "57014");
            case STATEMENT_TIMEOUT -> throw new SQLTimeoutException("canceling statement due to its timeout", "57014");
            case VALIDATION_TIMEOUT -> throw gone("no sign of life within the time given to isValid");
            case DISCONNECTED -> throw gone("the connection was closed during the call");
            case READ_TIMEOUT, INTERRUPTED -> {
                kill();
                throw gone(ending == Stall.Ending.INTERRUPTED ? "the thread was interrupted" : "read timed out");
            }
        }
    }

    /// A call that comes to hang on a connection that is gone by then is over at once.
    private void keep(Stall stall, JdbcHandler caller) {
        database.state().change(() -> {
            stalls.put(stall, caller);
            if (killed || (state != State.OPEN && state != State.CONNECTING)) {
                stall.end(Stall.Ending.DISCONNECTED);
            }
            return null;
        });
    }

    /// Throws what JDBC can pass on, or gives it to be thrown.
    static SQLException raised(Throwable failure) {
        return switch (failure) {
            case SQLException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default ->
                throw new IllegalArgumentException(
                        "a JDBC method throws SQLException, RuntimeException or Error, but a script gave "
                                + failure.getClass().getName(),
                        failure);
        };
    }
}
