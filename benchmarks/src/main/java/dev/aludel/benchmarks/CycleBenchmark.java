package dev.aludel.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One check out and check in on a pool of 32 that never runs dry, bare or with one statement in between:
/// what a pool costs when nobody waits.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CycleBenchmark {
    private static final int SIZE = 32;

    /// The pool under test.
    @Param({"ALUDEL", "ALUDEL_COARSE", "HIKARI", "AGROAL", "AGROAL_UNCACHED", "DBCP2", "TOMCAT", "VIBUR", "C3P0"})
    public Peer peer = Peer.ALUDEL;

    private @Nullable DataSource pool;

    /// Builds and fills the pool.
    @Setup
    public void fill() throws SQLException {
        pool = peer.filled(SIZE);
    }

    /// Checks a connection out and in.
    @Benchmark
    @SuppressWarnings("NullAway") // JMH calls the setup first
    public Connection cycle() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection;
        }
    }

    /// Checks a connection out, prepares, executes and closes a statement, and checks the connection in.
    @Benchmark
    @SuppressWarnings("NullAway") // JMH calls the setup first
    public boolean statement() throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1")) {
            return statement.execute();
        }
    }

    /// Closes the pool.
    @TearDown
    @SuppressWarnings("NullAway") // JMH calls the setup first
    public void close() throws Exception {
        Peer.close(pool);
    }
}
