package dev.aludel.testkit;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What lies between client and database: the way of every call, where a script plays and where calls hang.
final class Wire {
    interface Body {
        @Nullable
        Object run() throws SQLException;
    }

    private final FakeDatabase database;
    private final String name;
    private final Map<Stall, JdbcHandler> stalls = new HashMap<>();
    private boolean hungUp;
    private boolean cut;

    Wire(FakeDatabase database, String name) {
        this.database = database;
        this.name = name;
    }

    /// Breaks the wire, as a server that dies or a firewall would.
    void cut() {
        database.state().change(() -> {
            cut = true;
            endStalls(Stall.Ending.DISCONNECTED, any -> true);
            return null;
        });
    }

    boolean isCut() {
        return database.state().read(() -> cut);
    }

    void requireWhole() throws SQLException {
        if (isCut()) {
            throw gone("the server has closed the connection");
        }
    }

    /// The client has closed or aborted the connection: what hangs ends, and nothing will hang any more.
    void hangUp() {
        database.state().change(() -> {
            hungUp = true;
            endStalls(Stall.Ending.DISCONNECTED, any -> true);
            return null;
        });
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

    private ConnectionGone gone(String reason) {
        return new ConnectionGone(name + ": " + reason);
    }

    /// Lets a call do what its script says, and then, under the lock of the database, what it always does.
    @Nullable
    Object serve(Call call, TimeLimit limit, JdbcHandler caller, Body body) throws SQLException {
        try {
            return play(call, limit, caller, body);
        } catch (SQLException e) {
            throw database.told(e, call);
        }
    }

    private @Nullable Object play(Call call, TimeLimit limit, JdbcHandler caller, Body body) throws SQLException {
        Rule rule = database.ruleFor(call);
        for (int i = 0; rule != null && i < rule.steps().size(); i++) {
            switch (rule.steps().get(i)) {
                case Rule.Step.Take take -> take(take, limit, caller);
                case Rule.Step.Hang hang -> hang(hang.gate(), caller);
                case Rule.Step.Run run -> run.action().run();
                case Rule.Step.Fail fail -> throw raised(fail.failure().get());
                case Rule.Step.Give give -> {
                    return database.finish(call, give::value);
                }
                case Rule.Step.Disconnect lost -> {
                    cut();
                    throw gone("the connection was lost during " + call.method());
                }
            }
        }
        return database.finish(call, body);
    }

    private void take(Rule.Step.Take take, TimeLimit limit, JdbcHandler caller) throws SQLException {
        TimeLimit first = new TimeLimit(take.duration(), Stall.Ending.GO_ON).or(limit);
        Stall stall = Stall.forTime(take.clock(), first.after(), first.ending());
        keep(stall, caller);
        sitOut(stall);
    }

    private void hang(Gate gate, JdbcHandler caller) throws SQLException {
        Stall stall = gate.stall();
        keep(stall, caller); // before it is seen to hang: from then on it may be cancelled
        gate.enter(stall);
        try {
            sitOut(stall);
        } finally {
            gate.leave(stall);
        }
    }

    private void sitOut(Stall stall) throws SQLException {
        Stall.Ending ending = stall.await();
        database.state().change(() -> stalls.remove(stall));
        switch (ending) {
            case GO_ON -> {}
            case CANCELLED -> throw new SQLException("canceling statement due to user request", "57014");
            case STATEMENT_TIMEOUT -> throw new SQLTimeoutException("canceling statement due to its timeout", "57014");
            case VALIDATION_TIMEOUT -> throw gone("no sign of life within the time given to isValid");
            case DISCONNECTED -> throw gone("the connection was closed during the call");
            case READ_TIMEOUT, INTERRUPTED -> {
                cut();
                throw gone(ending == Stall.Ending.INTERRUPTED ? "the thread was interrupted" : "read timed out");
            }
        }
    }

    /// A call that comes to hang on a connection that is gone by then is over at once.
    private void keep(Stall stall, JdbcHandler caller) {
        database.state().change(() -> {
            stalls.put(stall, caller);
            if (cut || hungUp) {
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
