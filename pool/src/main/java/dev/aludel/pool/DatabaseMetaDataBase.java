package dev.aludel.pool;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The metadata of a loan's database. It ends with the loan, and so do the result sets made with it.
abstract class DatabaseMetaDataBase implements DatabaseMetaData {
    private final ConnectionBase loan;
    private final DatabaseMetaData raw;

    DatabaseMetaDataBase(ConnectionBase loan, DatabaseMetaData raw) {
        this.loan = loan;
        this.raw = raw;
    }

    final DatabaseMetaData raw() throws SQLException {
        loan.raw();
        return raw;
    }

    final SQLException failed(SQLException e) {
        return loan.failed(e);
    }

    final void brokeOff(Throwable e) {
        loan.brokeOff(e);
    }

    final long sqlBegins(@Nullable String what) throws SQLException {
        return loan.sqlBegins(what);
    }

    final void sqlEnds(long began) {
        loan.sqlEnds(began);
    }

    final @Nullable ResultSet rows(@Nullable ResultSet made) throws SQLException {
        return loan.rows(made);
    }

    @Override
    public final Connection getConnection() throws SQLException {
        loan.raw();
        return loan.handle();
    }

    /// Cannot fail by its interface, so it answers even when the loan is over.
    @Override
    public final int getDriverMajorVersion() {
        return raw.getDriverMajorVersion();
    }

    /// As [#getDriverMajorVersion].
    @Override
    public final int getDriverMinorVersion() {
        return raw.getDriverMinorVersion();
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        DatabaseMetaData open = raw();
        return type.isInstance(this) ? type.cast(this) : loan.driverObject(open, type);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        DatabaseMetaData open = raw();
        return type.isInstance(this) || Opened.hasDriverObject(open, type);
    }

    @Override
    public final String toString() {
        return "Metadata of " + loan;
    }
}
