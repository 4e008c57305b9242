package dev.aludel.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.sql.DataSource;

/// A real PostgreSQL that a test kills, stops and starts again, on the same port and with the same data.
///
/// It is the server of [Postgres], with a data directory of its own, which [#close] removes. Linux only, as that.
public final class MortalPostgres implements AutoCloseable {
    private static final String USER = "postgres";

    private final Path folder;
    private final Map<String, String> settings;
    private EmbeddedPostgres server;

    private MortalPostgres(Path folder, Map<String, String> settings) throws IOException {
        this.folder = folder;
        this.settings = Map.copyOf(settings);
        this.server = start(folder, 0, settings);
    }

    /// Starts a server.
    ///
    /// @param settings of its configuration, such as `max_connections`
    public static MortalPostgres start(Map<String, String> settings) {
        try {
            return new MortalPostgres(Files.createTempDirectory("aludel-postgres"), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
        }
    }

    private static EmbeddedPostgres start(Path folder, int port, Map<String, String> settings) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("synchronous_commit", "on"); // what was committed is there after a kill
        settings.forEach(builder::setServerConfig);
        return port == 0 ? builder.start() : builder.setPort(port).start();
    }

    /// Stops the server as `pg_ctl stop -m immediate` does: all sessions are cut off in the middle of what they do.
    /// Returns when nobody listens any more.
    public void stopImmediately() {
        try {
            long postmaster = Long.parseLong(
                    Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst());
            Signals.send("QUIT", postmaster);
            ProcessHandle.of(postmaster).ifPresent(process -> process.onExit().join());
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not stop", e);
        }
    }

    /// Starts the server that was stopped, and returns when it takes connections.
    public void startAgain() {
        try {
            server = start(folder, server.getPort(), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start again", e);
        }
    }

    /// Kills the process of one session, which no process can prevent: the server cuts off all others,
    /// too, and begins anew.
    ///
    /// @param backend its number, which `pg_backend_pid()` tells
    public void kill(long backend) {
        Signals.send("KILL", backend);
    }

    /// Returns a source of new connections, without a pool.
    public DataSource dataSource() {
        return server.getDatabase(USER, USER);
    }

    /// Returns `jdbc:postgresql://localhost:PORT/postgres`.
    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + port() + "/" + USER;
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
            Folders.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of the embedded PostgreSQL could not be removed", e);
        }
    }
}
