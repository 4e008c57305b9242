package dev.aludel.pool;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Arrays;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The kinds of JDBC objects that a borrower may keep, with all of their methods.
enum Handle {
    CONNECTION(Connection.class),
    STATEMENT(Statement.class),
    PREPARED_STATEMENT(PreparedStatement.class),
    CALLABLE_STATEMENT(CallableStatement.class),
    RESULT_SET(ResultSet.class),
    DATABASE_META_DATA(DatabaseMetaData.class),
    RESULT_SET_META_DATA(ResultSetMetaData.class),
    PARAMETER_META_DATA(ParameterMetaData.class),
    BLOB(Blob.class),
    CLOB(Clob.class),
    N_CLOB(NClob.class),
    SQL_XML(SQLXML.class),
    ARRAY(Array.class),
    STRUCT(Struct.class),
    REF(Ref.class);

    final Class<?> type;

    Handle(Class<?> type) {
        this.type = type;
    }

    Object of(Connection connection) throws SQLException {
        return switch (this) {
            case CONNECTION -> connection;
            case STATEMENT -> connection.createStatement();
            case PREPARED_STATEMENT -> connection.prepareStatement("select 1");
            case CALLABLE_STATEMENT -> connection.prepareCall("call one()");
            case RESULT_SET -> rows(connection);
            case DATABASE_META_DATA -> connection.getMetaData();
            case RESULT_SET_META_DATA -> rows(connection).getMetaData();
            case PARAMETER_META_DATA -> connection.prepareStatement("select 1").getParameterMetaData();
            case BLOB -> rows(connection).getBlob(1);
            case CLOB -> rows(connection).getClob(1);
            case N_CLOB -> rows(connection).getNClob(1);
            case SQL_XML -> rows(connection).getSQLXML(1);
            case ARRAY -> rows(connection).getArray(1);
            case STRUCT -> connection.createStruct("point", new Object[0]);
            case REF -> rows(connection).getRef(1);
        };
    }

    private static ResultSet rows(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery("select 1");
    }

    /// Returns all methods but those named.
    List<Method> methodsBut(String... names) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !Arrays.asList(names).contains(method.getName()))
                .toList();
    }

    String driverName(Method method) {
        return type.getSimpleName() + "." + method.getName();
    }

    /// Calls a method as the compiler would.
    static @Nullable Object call(Object handle, Method method) throws Throwable {
        try {
            return method.invoke(handle, arguments(method));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /// Returns arguments of which no two of a type are equal, so that a proxy that mixes them up is found out.
    static @Nullable Object[] arguments(Method method) {
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i], i + 1);
        }
        return arguments;
    }

    private static @Nullable Object argument(Class<?> type, int number) {
        return switch (type.getName()) {
            case "boolean" -> number % 2 == 1;
            case "byte" -> (byte) number;
            case "short" -> (short) number;
            case "int" -> number;
            case "long" -> (long) number;
            case "float" -> (float) number;
            case "double" -> (double) number;
            case "java.lang.String", "java.lang.Object" -> "argument " + number;
            case "java.lang.Class" -> String.class;
            case "java.io.InputStream" -> InputStream.nullInputStream();
            case "java.util.Properties" -> new Properties();
            case "java.util.Calendar" -> new GregorianCalendar(2000 + number, 0, 1);
            case "java.util.Map" -> Map.of("type " + number, String.class);
            case "java.io.Reader" -> Reader.nullReader();
            case "[Ljava.lang.Object;" -> new Object[] {"element"};
            case "java.sql.Blob",
                    "java.sql.Clob",
                    "java.sql.NClob",
                    "java.sql.SQLXML",
                    "java.sql.Array",
                    "java.sql.Ref" -> new RecordingDriver().make(type); // of another connection
            case "java.util.concurrent.Executor" -> (Executor) Runnable::run;
            default -> null;
        };
    }
}
