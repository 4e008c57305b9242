package dev.aludel.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Another data source in front of which an [OtherPool] keeps the accounts. What is not about
/// connections is passed on.
final class WrappedDataSource implements ExplainedDataSource {
    private final DataSource other;
    private final OtherPool loans;
    private final ConnectionSource source;

    WrappedDataSource(DataSource other, OtherPool loans) {
        this.other = other;
        this.loans = loans;
        this.source = other::getConnection;
    }

    OtherPool loans() {
        return loans;
    }

    @Override
    public String name() {
        return loans.name();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return loans.checkOut(source);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return loans.checkOut(() -> other.getConnection(user, password));
    }

    @Override
    public ConnectionBuilder createConnectionBuilder() throws SQLException {
        return new Builder(other.createConnectionBuilder());
    }

    @Override
    public ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
        return other.createShardingKeyBuilder();
    }

    @Override
    public Snapshot snapshot() {
        return loans.seen();
    }

    @Override
    public List<Usage> usage() {
        return loans.usage();
    }

    @Override
    public Explanation explain() {
        return loans.explain();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(other) ? type.cast(other) : other.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(other) || other.isWrapperFor(type);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return other.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        other.setLogWriter(out);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return other.getLoginTimeout();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        other.setLoginTimeout(seconds);
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return other.getParentLogger();
    }

    @Override
    public void close() throws SQLException {
        try {
            if (other instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new SQLException("'" + name() + "' could not be closed: see the cause", e);
        }
    }

    /// The other's own text may show a URL.
    @Override
    public String toString() {
        return "Explained[" + name() + "]";
    }

    /// Has what the other builds accounted for as well.
    private final class Builder implements ConnectionBuilder {
        private final ConnectionBuilder its;

        Builder(ConnectionBuilder its) {
            this.its = its;
        }

        @Override
        public ConnectionBuilder user(String name) {
            its.user(name);
            return this;
        }

        @Override
        public ConnectionBuilder password(String password) {
            its.password(password);
            return this;
        }

        @Override
        public ConnectionBuilder shardingKey(ShardingKey key) {
            its.shardingKey(key);
            return this;
        }

        @Override
        public ConnectionBuilder superShardingKey(ShardingKey key) {
            its.superShardingKey(key);
            return this;
        }

        @Override
        public Connection build() throws SQLException {
            return loans.checkOut(its::build);
        }
    }
}
