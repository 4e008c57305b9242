package dev.aludel.testkit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a fake database is to do when a method is called: begun by [FakeDatabase#next] or [FakeDatabase#every],
/// narrowed by [#onConnection] and [#onSql], ended by what happens.
///
/// ```java
/// database.next("connect").fails("08001");
/// database.every("isValid").gives(false);
/// database.next("commit").takes(ofSeconds(2), clock).losesConnection();
/// database.next("execute").onSql(sql -> sql.startsWith("insert")).fails(new SQLException("twice", "23505"));
/// Gate rollback = database.next("rollback").onConnection(2).hangs();
/// ```
///
/// Only one script plays for a call: the oldest unused of those made by `next`, else the newest made by `every`.
public final class Script {
    private final String method;
    private final int calls;
    private final Consumer<Rule> register;
    private Predicate<Call> fits;
    private @Nullable Rule rule;

    Script(String method, int calls, Consumer<Rule> register) {
        this.method = method;
        this.calls = calls;
        this.register = register;
        this.fits = call -> call.isNamed(method);
    }

    /// Only for calls on the connection of that number.
    public Script onConnection(int number) {
        return only(call -> call.connection() == number);
    }

    /// Only for calls with that SQL, whatever the white space in it.
    public Script onSql(String sql) {
        return onSql(SqlText.equalTo(sql));
    }

    /// Only for calls with SQL that the predicate accepts.
    public Script onSql(Predicate<String> sql) {
        return only(call -> call.sql() != null && sql.test(call.sql()));
    }

    private Script only(Predicate<Call> more) {
        if (rule != null) {
            throw new IllegalStateException(
                    "say which calls before what happens: the script for '" + method + "' has begun to play");
        }
        fits = fits.and(more);
        return this;
    }

    /// The call does what it always does. As `next(…, 2).works()` before another `next` it makes that one play for the
    /// third call; after an `every` it ends that one.
    public void works() {
        begin();
    }

    /// The call takes so much virtual time, and then does what is said next, or what it always does.
    ///
    /// The timeouts of JDBC count meanwhile: after the statement's query timeout the call throws 57014, after the
    /// connection's network timeout the connection is lost, after its own timeout `isValid` gives false.
    ///
    /// @return this script, for one more step
    public Script takes(Duration duration, VirtualClock clock) {
        return then(new Rule.Step.Take(duration, clock));
    }

    /// The call first runs this, in its own thread, and then does what is said next, or what it always does. For what
    /// happens in the middle of a call, such as time that passes: `runs(() -> clock.advance(ofSeconds(1)))`.
    ///
    /// @return this script, for one more step
    public Script runs(Runnable action) {
        return then(new Rule.Step.Run(action));
    }

    /// The call hangs until the test opens the gate, and then does what it always does.
    ///
    /// It ends before that by a `SQLException` of state 08006 if the thread is interrupted (the flag is kept and
    /// the connection lost, as with a real socket), or the connection is aborted, closed or killed; by 57014 if the
    /// statement is cancelled.
    public Gate hangs() {
        return hangs(new Gate(false));
    }

    /// The call hangs until the test opens the gate, and nothing else gets it out: a driver that is deaf to interrupts,
    /// aborts and all the rest.
    public Gate hangsDeaf() {
        return hangs(new Gate(true));
    }

    private Gate hangs(Gate gate) {
        then(new Rule.Step.Hang(gate));
        return gate;
    }

    /// The call throws this.
    ///
    /// @throws IllegalArgumentException for a checked exception that JDBC methods cannot throw
    public void fails(Throwable failure) {
        if (!(failure instanceof SQLException || failure instanceof RuntimeException || failure instanceof Error)) {
            throw new IllegalArgumentException(
                    "a JDBC method throws SQLException, RuntimeException or Error, but the script for '" + method
                            + "' was given " + failure.getClass().getName());
        }
        fails(() -> failure);
    }

    /// The call throws what this gives, which is asked for each call.
    public void fails(Supplier<? extends Throwable> failure) {
        then(new Rule.Step.Fail(failure));
    }

    /// The call throws a new `SQLException` of that state.
    public void fails(String sqlState) {
        fails(() -> new SQLException(method + " fails, as the test says", sqlState));
    }

    /// The call gives this value and does nothing.
    ///
    /// @param value of the method's type; null for a method without a result
    public void gives(@Nullable Object value) {
        then(new Rule.Step.Give(value));
    }

    /// The connection dies during the call: it throws 08006, and so does every later call on the connection.
    public void losesConnection() {
        then(new Rule.Step.Disconnect());
    }

    private Script then(Rule.Step step) {
        if (rule == null) {
            begin(step);
        } else {
            rule.then(step);
        }
        return this;
    }

    private void begin(Rule.Step... steps) {
        Rule first = new Rule(fits, calls, steps);
        rule = first;
        register.accept(first);
    }
}
