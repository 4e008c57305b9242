package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.util.Map;
import java.util.stream.Stream;

/// The names that scripts and counts know, so that a misspelt one is refused instead of never being called.
final class MethodNames {
    private static final Map<String, Class<?>> INTERFACES = Map.of(
            "", Connection.class,
            "Statement.", CallableStatement.class,
            "ResultSet.", ResultSet.class,
            "ResultSetMetaData.", ResultSetMetaData.class,
            "DatabaseMetaData.", DatabaseMetaData.class);

    private MethodNames() {}

    static String require(String name) {
        if (!isKnown(name)) {
            throw new IllegalArgumentException(
                    "no JDBC method is called '" + name
                            + "': write connect, a method of Connection or one that executes as it is (commit, executeQuery),"
                            + " execute for all that execute, and others with their interface (Statement.close, ResultSet.next)");
        }
        return name;
    }

    private static boolean isKnown(String name) {
        String simple = name.substring(name.indexOf('.') + 1);
        String prefix = name.substring(0, name.length() - simple.length());
        return name.equals("connect")
                || (prefix.isEmpty() && isExecution(simple))
                || (INTERFACES.containsKey(prefix) && has(INTERFACES.get(prefix), simple) && isPlain(prefix, simple));
    }

    private static boolean isPlain(String prefix, String simple) {
        return !prefix.equals("Statement.") || !isExecution(simple);
    }

    private static boolean isExecution(String simple) {
        return simple.startsWith(Call.EXECUTE) && has(CallableStatement.class, simple);
    }

    private static boolean has(Class<?> type, String simple) {
        return Stream.of(type.getMethods()).map(Method::getName).anyMatch(simple::equals);
    }
}
