package dev.aludel.testkit;

import java.lang.reflect.Method;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Objects;

/// Stands behind `ResultSetMetaData`. The type of a column is that of its first value that is not null.
final class ResultSetMetaDataHandler extends JdbcHandler {
    private final ResultSetHandler results;
    private final Rows rows;

    ResultSetMetaDataHandler(ResultSetHandler results, Rows rows) {
        super(results.backend(), ResultSetMetaData.class, "ResultSetMetaData.");
        this.results = results;
        this.rows = rows;
    }

    @Override
    void requireUsable(Method method) throws SQLException {
        results.requireUsable(method);
    }

    public int getColumnCount() {
        return rows.columns().size();
    }

    public String getColumnLabel(int column) throws SQLException {
        return Values.at(rows.columns(), column);
    }

    public String getColumnName(int column) throws SQLException {
        return getColumnLabel(column);
    }

    public String getColumnClassName(int column) throws SQLException {
        return javaType(column).getName();
    }

    public int getColumnType(int column) throws SQLException {
        return Values.jdbcType(javaType(column)).getVendorTypeNumber();
    }

    public String getColumnTypeName(int column) throws SQLException {
        return Values.jdbcType(javaType(column)).getName();
    }

    public int isNullable(int column) throws SQLException {
        getColumnLabel(column);
        return ResultSetMetaData.columnNullableUnknown;
    }

    private Class<?> javaType(int column) throws SQLException {
        getColumnLabel(column);
        return rows.rows().stream()
                .map(row -> row.get(column - 1))
                .filter(Objects::nonNull)
                .findFirst()
                .<Class<?>>map(Object::getClass)
                .orElse(Object.class);
    }

    @Override
    public String toString() {
        return "metadata of " + results;
    }
}
