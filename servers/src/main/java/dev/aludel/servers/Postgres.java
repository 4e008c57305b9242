package dev.aludel.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/// A real PostgreSQL on a free port of this machine, with its own data directory, which [#close] removes.
///
/// It works as root and as an ordinary user. The first start on a machine unpacks 60 MB and takes about 2.5 s,
/// later ones 0.6 s. Its binaries are those for Linux on x86-64; elsewhere [#start()] refuses. It runs with fsync and
/// synchronous_commit off, so it says nothing of the speed of a commit.
public final class Postgres implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres server;
    private final Optional<BaseBackup> copy;
    private final AtomicInteger databases = new AtomicInteger();

    private Postgres(EmbeddedPostgres server, Optional<BaseBackup> copy) {
        this.server = server;
        this.copy = copy;
    }

    /// Starts a server with PostgreSQL's defaults.
    public static Postgres start() {
        return start(UnaryOperator.identity());
    }

    /// Starts a server that takes so many connections at most (`max_connections`), three of them for superusers.
    public static Postgres start(int maxConnections) {
        return start(builder -> builder.setServerConfig("max_connections", String.valueOf(maxConnections)));
    }

    /// Starts a server that does not stop by itself when the JVM is told to stop: the caller has a shutdown hook that
    /// stops it, after what uses it.
    public static Postgres startWithoutHook() {
        return start(builder -> builder.setRegisterShutdownHook(false));
    }

    /// Starts a server that follows this one as a hot standby, by streaming: it takes no writes (SQLState 25006) until
    /// [#promote].
    public Postgres startStandby() {
        try {
            BaseBackup backup = BaseBackup.of(this);
            return new Postgres(
                    EmbeddedPostgres.builder()
                            .setDataDirectory(backup.directory())
                            .setCleanDataDirectory(false)
                            .start(),
                    Optional.of(backup));
        } catch (IOException e) {
            throw new UncheckedIOException("the standby of the embedded PostgreSQL did not start", e);
        } catch (SQLException e) {
            throw new IllegalStateException("the primary cannot be copied", e);
        }
    }

    /// Makes a standby a primary, and returns when it takes writes.
    public void promote() {
        try (Connection connection = dataSource(USER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_promote()");
        } catch (SQLException e) {
            throw new IllegalStateException("the standby cannot be promoted", e);
        }
    }

    private static Postgres start(UnaryOperator<EmbeddedPostgres.Builder> settings) {
        unavailable(System.getProperty("os.name", ""), System.getProperty("os.arch", ""))
                .ifPresent(why -> {
                    throw new IllegalStateException(why);
                });
        try {
            return new Postgres(settings.apply(EmbeddedPostgres.builder()).start(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
        }
    }

    /// Returns why there is no server on a platform, and what to do then.
    static Optional<String> unavailable(String system, String architecture) {
        if (system.equals("Linux") && Set.of("amd64", "x86_64").contains(architecture)) {
            return Optional.empty();
        }
        return Optional.of("the embedded PostgreSQL runs on Linux on x86-64 only, and this is " + system + " on "
                + architecture + ": give demo or trace one of your own (demo --url URL, trace URL),"
                + " and run the tests on such a Linux");
    }

    /// Returns the server that all tests of this JVM share; it stops when the JVM ends.
    ///
    /// Tests must not change its settings, and each makes its own database: [#createDatabase].
    public static Postgres shared() {
        return Shared.SERVER;
    }

    /// Makes a fresh, empty database and returns its name: the prefix and a number.
    public String createDatabase(String prefix) {
        String name = prefix + "_" + databases.incrementAndGet();
        try (Connection connection = dataSource(USER).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, false));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return name;
    }

    /// Returns `postgresql://postgres@localhost:PORT/database`.
    public String url(String database) {
        return "postgresql://" + USER + "@localhost:" + port() + "/" + database;
    }

    /// Returns `jdbc:postgresql://localhost:PORT/database?user=postgres`.
    public String jdbcUrl(String database) {
        return server.getJdbcUrl(USER, database);
    }

    /// Returns a source of new connections to a database, without a pool.
    public DataSource dataSource(String database) {
        return server.getDatabase(USER, database);
    }

    /// Returns the TCP port that the server listens on.
    public int port() {
        return server.getPort();
    }

    /// Stops the server and removes its data.
    @Override
    public void close() {
        try {
            server.close();
            if (copy.isPresent()) {
                copy.get().remove();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not stop", e);
        }
    }

    /// The lazy holder of the shared server. Its own shutdown hook stops it.
    private static final class Shared {
        static final Postgres SERVER = start();
    }
}
