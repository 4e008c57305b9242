package dev.aludel.pool.generator;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// The proxies and the lazy connection, and which of their calls are charged as time in SQL.
enum Proxy {
    CONNECTION("Connection", "ConnectionBase"),
    LAZY_CONNECTION("Connection", "LazyConnectionBase"),
    STATEMENT("Statement", "StatementBase"),
    PREPARED_STATEMENT("PreparedStatement", "StatementBase"),
    CALLABLE_STATEMENT("CallableStatement", "StatementBase"),
    RESULT_SET("ResultSet", "ResultSetBase"),
    DATABASE_META_DATA("DatabaseMetaData", "DatabaseMetaDataBase"),
    RESULT_SET_META_DATA("ResultSetMetaData", "Lent"),
    PARAMETER_META_DATA("ParameterMetaData", "Lent"),
    BLOB("Blob", "Lent"),
    CLOB("Clob", "Lent"),
    N_CLOB("NClob", "Lent"),
    SQL_XML("SQLXML", "SqlXmlBase"),
    ARRAY("Array", "Lent"),
    STRUCT("Struct", "Lent"),
    REF("Ref", "Lent");

    /// What drivers answer without the server.
    private static final Set<String> LOCAL = Set.of(
            "createStatement",
            "getMetaData",
            "nativeSQL",
            "getAutoCommit",
            "isReadOnly",
            "getHoldability",
            "getNetworkTimeout",
            "getTypeMap",
            "getClientInfo",
            "getWarnings",
            "clearWarnings",
            "createBlob",
            "createClob",
            "createNClob",
            "createSQLXML");

    /// What a driver has read of a column or parameter with the statement; of the rest pgjdbc asks the server.
    private static final Set<String> DESCRIBED = Set.of(
            "getColumnCount",
            "getColumnDisplaySize",
            "getColumnLabel",
            "getColumnName",
            "getColumnType",
            "getParameterCount",
            "getParameterMode",
            "getParameterType",
            "getPrecision",
            "getScale",
            "isSigned");

    private static final Set<String> MOVES =
            Set.of("next", "previous", "first", "last", "absolute", "relative", "beforeFirst", "afterLast");

    private static final Set<String> SETTINGS = Set.of(
            "setReadOnly",
            "setTransactionIsolation",
            "setCatalog",
            "setSchema",
            "setHoldability",
            "setSavepoint",
            "setNetworkTimeout",
            "setTypeMap");

    private static final Set<Proxy> STATEMENTS = EnumSet.of(STATEMENT, PREPARED_STATEMENT, CALLABLE_STATEMENT);

    private static final String PACKAGE = "dev/aludel/pool";

    private final String jdbc;
    private final String base;

    Proxy(String jdbc, String base) {
        this.jdbc = jdbc;
        this.base = base;
    }

    String jdbc() {
        return jdbc;
    }

    String base() {
        return base;
    }

    String className() {
        return this == LAZY_CONNECTION ? "LazyConnectionProxy" : jdbc + "Proxy";
    }

    Path source(Path root) {
        return source(root, base);
    }

    Path source(Path root, String className) {
        return root.resolve(PACKAGE).resolve(className + ".java");
    }

    /// Returns whether the base leaves the field `raw`, with its exact type, to the proxy.
    boolean holdsRaw() {
        return base.equals("StatementBase");
    }

    /// Returns whether it is nothing but a value of a loan.
    boolean isValue() {
        return base.equals("Lent") || this == SQL_XML;
    }

    /// Returns whether a call may come when the loan is over, and then does nothing.
    boolean isHarmless(Jdbc.Method method) {
        return isValue() && method.name().equals("free");
    }

    /// Returns whether a call talks to the server only if rows are fetched a few at a time.
    boolean isFetch(Jdbc.Method method) {
        return this == RESULT_SET && MOVES.contains(method.name());
    }

    /// Returns whether a call changes what no getter shows, so that it cannot be put back.
    boolean isLasting(Jdbc.Method method) {
        return this == CONNECTION && method.name().startsWith("setShardingKey");
    }

    /// Returns whether a lazy connection keeps what a call was made on, since the next one would not have it.
    boolean isPinning(Jdbc.Method method) {
        return this == LAZY_CONNECTION && method.name().startsWith("setShardingKey");
    }

    /// Returns the method of `Changes` that remembers what this setter is about to change, or null for other methods.
    String change(Jdbc.Method method) {
        if (this != CONNECTION || !SETTINGS.contains(method.name())) {
            return null;
        }
        String what = method.name().replaceFirst("set(Transaction)?", "");
        return Character.toLowerCase(what.charAt(0)) + what.substring(1);
    }

    /// Returns the call that begins time in SQL, for a method that may talk to the server; null for one that does not.
    String begins(Jdbc.Method method) {
        if (STATEMENTS.contains(this) && method.returns().endsWith("MetaData")) {
            return "loan().sqlBegins(null)"; // it runs nothing
        }
        String sql = sql(method);
        boolean runs = STATEMENTS.contains(this) && method.name().startsWith("execute");
        return sql == null ? null : (runs ? "runs(" : "sqlBegins(") + sql + ")";
    }

    /// Returns the argument of `sqlBegins`.
    private String sql(Jdbc.Method method) {
        return switch (this) {
            case CONNECTION -> connectionSql(method);
            case LAZY_CONNECTION -> null; // charged by the connection behind it
            case STATEMENT, PREPARED_STATEMENT, CALLABLE_STATEMENT -> statementSql(method);
            case RESULT_SET -> resultSetSql(method);
            case DATABASE_META_DATA -> metaDataSql(method);
            case RESULT_SET_META_DATA, PARAMETER_META_DATA -> DESCRIBED.contains(method.name()) ? null : "null";
            case BLOB, CLOB, N_CLOB -> isWrite(method) ? "\"UPDATE (through a LOB)\"" : "null";
            case REF -> isWrite(method) ? "\"UPDATE (through a reference)\"" : "null";
            case SQL_XML, ARRAY, STRUCT -> "null";
        };
    }

    private static boolean isWrite(Jdbc.Method method) {
        return method.name().startsWith("set") || method.name().equals("truncate");
    }

    private static String connectionSql(Jdbc.Method method) {
        if (LOCAL.contains(method.name())) {
            return null;
        }
        return method.name().startsWith("prepare") ? "seen(a)" : "null";
    }

    private static String statementSql(Jdbc.Method method) {
        if (method.name().startsWith("execute")) {
            return method.startsWithText() ? "a" : "";
        }
        return method.name().equals("getMoreResults") ? "" : null;
    }

    private String resultSetSql(Jdbc.Method method) {
        return switch (method.name()) {
            case "insertRow" -> "\"INSERT (through a result set)\"";
            case "updateRow" -> "\"UPDATE (through a result set)\"";
            case "deleteRow" -> "\"DELETE (through a result set)\"";
            case "refreshRow" -> "";
            default -> isFetch(method) ? "" : null;
        };
    }

    private static String metaDataSql(Jdbc.Method method) {
        return method.returns().equals("java.sql.ResultSet") ? "\"SELECT (metadata: " + method.name() + ")\"" : "null";
    }
}
