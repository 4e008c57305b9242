package dev.aludel.testkit;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One call that arrived at a fake database.
///
/// @param connection number of the connection, counted from 1 in the order of connect attempts
/// @param method     name as in the interface: plain for `Connection` and for what executes a statement, else with the
///                   interface before it, such as `Statement.close` or `ResultSet.next`; `connect` for a connect
/// @param sql        the statement, where the call has one
/// @param arguments  what was passed; of an execution, the SQL and, if there are any, a list of binds for each row of
/// it
public record Call(int connection, String method, @Nullable String sql, List<@Nullable Object> arguments) {
    /// The name that stands for all methods that execute a statement.
    static final String EXECUTE = "execute";

    /// Copies the arguments.
    public Call {
        arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
    }

    /// Tells whether this is a call of that name. `execute` is the name of every execution: `executeQuery`,
    /// `executeUpdate` and `executeBatch` too.
    public boolean isNamed(String name) {
        return method.equals(name) || (name.equals(EXECUTE) && isExecution());
    }

    boolean isExecution() {
        return method.startsWith(EXECUTE);
    }

    /// Gives the line of the log: `setAutoCommit false`, `execute select 1`, `rollback`.
    @Override
    public String toString() {
        return Stream.concat(
                        Stream.of(isExecution() ? EXECUTE : method),
                        arguments.stream().map(String::valueOf))
                .collect(joining(" "));
    }
}
