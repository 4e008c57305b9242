package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Stands behind `CallableStatement`. The out parameters are the first row of the answer, column by column.
final class CallableStatementHandler extends PreparedStatementHandler {
    private final SortedSet<Integer> outs = new TreeSet<>();
    private final String call;
    private @Nullable Object last;

    CallableStatementHandler(ConnectionHandler connection, String call) {
        super(connection, call, false, CallableStatement.class);
        this.call = call;
    }

    @Override
    boolean isBound(int index) {
        return outs.contains(index) || super.isBound(index);
    }

    @Override
    @Nullable
    Object other(Method method, Object[] arguments) throws SQLException {
        if (method.getName().equals("registerOutParameter") && arguments[0] instanceof Integer index) {
            outs.add(index);
            return null;
        }
        if (isOutGetter(method)) {
            return out(arguments[0], method, arguments);
        }
        return super.other(method, arguments);
    }

    private static boolean isOutGetter(Method method) {
        return method.getDeclaringClass() == CallableStatement.class
                && method.getName().startsWith("get")
                && method.getParameterCount() > 0;
    }

    private @Nullable Object out(Object parameter, Method method, Object[] arguments) throws SQLException {
        Rows answer = backend().database().reply(call).rows();
        if (answer == null || answer.rows().isEmpty()) {
            throw new SQLException("no out parameters: answer the call with a row of them: " + call, "22023");
        }
        int column = column(parameter, answer);
        List<@Nullable Object> row = answer.rows().getFirst();
        last = Values.at(row, column);
        return Values.convert(last, Values.wanted(method, arguments));
    }

    private int column(Object parameter, Rows answer) throws SQLException {
        if (parameter instanceof String name) {
            return Values.indexOf(answer.columns(), name);
        }
        int column = List.copyOf(outs).indexOf(parameter) + 1;
        if (column == 0) {
            throw new SQLException(
                    "parameter " + parameter + " is not registered as an out parameter: " + call, "22023");
        }
        return column;
    }

    public boolean wasNull() {
        return last == null;
    }
}
