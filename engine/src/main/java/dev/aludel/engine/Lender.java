package dev.aludel.engine;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Where an engine has its connections from: an Aludel pool, which is told who asks, or any other data source.
sealed interface Lender {
    Loan lend(@Nullable String label) throws SQLException;

    static Lender of(DataSource source) {
        return source instanceof Pool pool ? new OfPool(pool) : new OfDataSource(source);
    }

    /// One connection, lent until it is closed.
    sealed interface Loan {
        Connection connection();

        /// Makes sure that nobody is lent this connection again.
        void invalidate(Throwable reason);

        /// Gives the connection back in the state in which it came. Never throws.
        void close();
    }

    record OfPool(Pool pool) implements Lender {
        @Override
        public Loan lend(@Nullable String label) throws SQLException {
            return new PoolLoan(pool.checkOut(label));
        }
    }

    record PoolLoan(Checkout checkout) implements Loan {
        @Override
        public Connection connection() {
            return checkout.connection();
        }

        @Override
        public void invalidate(Throwable reason) {
            checkout.invalidate(reason);
        }

        @Override
        public void close() {
            checkout.close();
        }
    }

    record OfDataSource(DataSource source) implements Lender {
        @Override
        public Loan lend(@Nullable String label) throws SQLException {
            Connection connection = source.getConnection();
            try {
                return new PlainLoan(connection, connection.getAutoCommit(), connection.isReadOnly());
            } catch (SQLException e) {
                PlainLoan.end(connection, e);
                throw e;
            }
        }
    }

    /// A loan from a data source that may not put back by itself what we change.
    record PlainLoan(Connection connection, boolean autoCommit, boolean readOnly) implements Loan {
        @Override
        public void invalidate(Throwable reason) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                reason.addSuppressed(e);
            }
        }

        @Override
        public void close() {
            try (connection) {
                if (connection.isClosed()) return;
                if (connection.isReadOnly() != readOnly) connection.setReadOnly(readOnly);
                if (connection.getAutoCommit() != autoCommit) connection.setAutoCommit(autoCommit);
            } catch (SQLException cannotBePutBack) {
                invalidate(cannotBePutBack);
            }
        }

        private static void end(Connection connection, SQLException reason) {
            try (connection) {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
