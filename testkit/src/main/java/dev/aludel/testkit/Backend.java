package dev.aludel.testkit;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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

    private final FakeDatabase database;
    private final int number;
    private final Properties properties;
    private final ConnectionHandler connection;
    private final Wire wire;
    private State state = State.CONNECTING;
    private int busy;
    private int overlaps;

    Backend(FakeDatabase database, int number, Properties properties) {
        this.database = database;
        this.number = number;
        this.properties = properties;
        this.connection = new ConnectionHandler(this);
        this.wire = new Wire(database, "fake connection " + number);
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
        return wire.isCut();
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
        wire.cut();
    }

    @Override
    public String toString() {
        return database.state()
                .read(() -> "fake connection " + number + " (" + state + (wire.isCut() ? ", killed)" : ")"));
    }

    FakeDatabase database() {
        return database;
    }

    Connection connect(Call call) throws SQLException {
        try {
            Object made = wire.serve(call, TimeLimit.NONE, connection, this::open);
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
        wire.requireWhole();
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
            wire.hangUp();
        }
    }

    Wire wire() {
        return wire;
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
}
