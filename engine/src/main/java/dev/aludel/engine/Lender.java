package dev.aludel.engine;

import dev.aludel.pool.Borrower;
import dev.aludel.pool.Checkout;
import dev.aludel.pool.Deadline;
import dev.aludel.pool.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Where an engine has its connections from: an Aludel pool, which is told who asks, or any other data source.
sealed interface Lender {
    Loan lend(@Nullable String label) throws SQLException;

    /// Likewise, within a time if the source can be told.
    Loan lend(@Nullable String label, Duration limit) throws SQLException;

    static Lender of(DataSource source) {
        return source instanceof Pool pool ? new OfPool(pool) : new OfDataSource(source);
    }

    /// One connection, lent until it is closed.
    sealed interface Loan {
        Connection connection();

        /// Makes sure that nobody is lent this connection again. Never throws.
        void invalidate(Throwable reason);

        /// Gives the connection back in the state in which it came. Never throws.
        void close();
    }

    record OfPool(Pool pool) implements Lender {
        /// A pool that was given may not look by itself for whom the work is, and until when.
        @Override
        public Loan lend(@Nullable String label) throws SQLException {
            Borrower borrower = WorkBorrower.current();
            Deadline deadline = WorkDeadline.tighterThan(pool);
            if (borrower != null) return new PoolLoan(pool.checkOutFor(completed(borrower, label, deadline)));
            return new PoolLoan(deadline == null ? pool.checkOut(label) : pool.checkOut(label, deadline));
        }

        private static Borrower completed(Borrower its, @Nullable String label, @Nullable Deadline deadline) {
            Borrower labelled = label == null ? its : its.label(label);
            return its.deadline() == null && deadline != null ? labelled.deadline(deadline) : labelled;
        }

        @Override
        public Loan lend(@Nullable String label, Duration limit) throws SQLException {
            return new PoolLoan(pool.checkOut(label, limit));
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
        public Loan lend(@Nullable String label, Duration limit) throws SQLException {
            return lend(label);
        }

        @Override
        public Loan lend(@Nullable String label) throws SQLException {
            Connection connection = source.getConnection();
            try {
                return new PlainLoan(connection, connection.getAutoCommit(), connection.isReadOnly());
            } catch (SQLException | RuntimeException | Error unusable) {
                PlainLoan lost = new PlainLoan(connection, true, false);
                lost.invalidate(unusable);
                lost.close();
                throw unusable;
            }
        }
    }

    /// A loan from a data source that may not put back by itself what we change.
    final class PlainLoan implements Loan {
        private final Connection connection;
        private final boolean autoCommit;
        private final boolean readOnly;

        /// Volatile, since the thread that cuts a connection off need not be the one that uses it.
        private volatile boolean invalidated;

        private PlainLoan(Connection connection, boolean autoCommit, boolean readOnly) {
            this.connection = connection;
            this.autoCommit = autoCommit;
            this.readOnly = readOnly;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        /// Aborts it. Where driver or source do not support that, the source has it back from [#close] as it is now,
        /// and ends the transaction as it does for anybody who forgot to.
        @Override
        public void invalidate(Throwable reason) {
            invalidated = true;
            try {
                connection.abort(Runnable::run);
            } catch (Throwable e) {
                if (!e.equals(reason)) reason.addSuppressed(e);
            }
        }

        @Override
        public void close() {
            try {
                putBack();
            } catch (Throwable cannotBePutBack) {
                invalidate(cannotBePutBack);
            }
            try {
                connection.close();
            } catch (Throwable _) {
                // nobody needs to know: what the loan was for has been done by now
            }
        }

        /// After an invalidation nothing is put back: to turn auto-commit on commits what may be left of a
        /// transaction, and half of one is worse than none.
        private void putBack() throws SQLException {
            if (invalidated || connection.isClosed()) return;
            if (connection.isReadOnly() != readOnly) connection.setReadOnly(readOnly);
            if (connection.getAutoCommit() != autoCommit) connection.setAutoCommit(autoCommit);
        }
    }
}
