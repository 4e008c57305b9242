package dev.aludel.pool;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/// A value of a loan behind which there may be its connection: a LOB, an array, XML, metadata of rows. It ends with the
/// loan, not with the statement it came from. The base of the generated proxies of such values.
///
/// All of them are a [Wrapper], whether their interface says so or not: the driver's own object can be asked for, at
/// the price of [ConnectionBase#unwrap].
abstract class Lent<R> implements Wrapper {
    private final ConnectionBase loan;
    private final R raw;

    Lent(ConnectionBase loan, R raw) {
        this.loan = loan;
        this.raw = raw;
    }

    final ConnectionBase loan() {
        return loan;
    }

    /// Returns the driver's object.
    ///
    /// @throws SQLException with SQLState 08003 once the loan is over
    final R raw() throws SQLException {
        loan.raw();
        return raw;
    }

    final boolean isOver() {
        return !loan.isOpen();
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
    public final <T> T unwrap(Class<T> type) throws SQLException {
        R open = raw();
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (open instanceof Wrapper wrapper) {
            return loan.driverObject(wrapper, type);
        }
        if (!type.isInstance(open)) {
            throw new SQLException("this is not a " + type.getName() + "; ask isWrapperFor first", "0A000");
        }
        loan.unseen();
        return type.cast(open);
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        R open = raw();
        return type.isInstance(this)
                || type.isInstance(open)
                || (open instanceof Wrapper wrapper && wrapper.isWrapperFor(type));
    }
}
