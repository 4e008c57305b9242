package dev.aludel.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real PgBouncer before a PostgreSQL of this machine, on a free port, in transaction mode, with one
/// connection to the server unless it is told otherwise.
///
/// It is the one that is installed (Debian: `apt-get install pgbouncer`); its service need not run. The
/// driver is the caller's.
public final class PgBouncer implements AutoCloseable {
    private static final Program PROGRAM = new Program("pgbouncer", "PgBouncer", "pgbouncer");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Path folder;
    private final int port;
    private Process process;

    private PgBouncer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Starts one.
    ///
    /// @param server   the port of the PostgreSQL
    /// @param settings of its configuration, such as `query_wait_timeout`
    /// @return empty if PgBouncer is not installed: what needs it cannot run then, as is said on the
    ///         error stream
    /// @throws IllegalStateException if it is not installed, and the property `aludel.require` says
    ///                               that it has to be
    public static Optional<PgBouncer> start(int server, Map<String, String> settings) {
        return PROGRAM.findOrTell().map(program -> start(program, server, settings));
    }

    private static PgBouncer start(Path program, int server, Map<String, String> settings) {
        try {
            return Ports.onFree(port -> start(program, server, settings, port));
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer did not start", e);
        }
    }

    /// @throws Ports.Taken if the port is
    static PgBouncer start(Path program, int server, Map<String, String> settings, int port) throws IOException {
        Path folder = Files.createTempDirectory("aludel-pgbouncer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x")); // it is not root's
        Files.write(folder.resolve("ini"), configuration(server, port, settings));
        Files.writeString(folder.resolve("users"), "\"postgres\" \"\"\n");
        PgBouncer started = new PgBouncer(folder, port, run(program, folder));
        try {
            started.awaitStart();
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    private static List<String> configuration(int server, int port, Map<String, String> settings) {
        List<String> lines = new ArrayList<>(List.of(
                "[databases]",
                "* = host=127.0.0.1 port=" + server,
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = trust",
                "auth_file = users",
                "admin_users = postgres",
                "ignore_startup_parameters = extra_float_digits",
                "pool_mode = transaction",
                "default_pool_size = 1"));
        settings.forEach((key, value) -> lines.add(key + " = " + value));
        return lines;
    }

    private static Process run(Path program, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(program.toString(), "ini"));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void awaitStart() throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!listens() || !Files.readString(log()).contains("listening on")) { // else it is another who listens
            if (!process.isAlive() || System.nanoTime() > end) {
                throw Ports.failure(log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /// Stops it, which cuts off its clients and its connections to the server, and starts it again on the same port.
    public void restart() {
        stop();
        try {
            process = run(PROGRAM.findOrTell().orElseThrow(), folder);
            awaitStart();
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer did not start again", e);
        }
    }

    /// Returns what its console answers, such as to `SHOW POOLS`: in each row, text by column; what is
    /// null is left out.
    public List<Map<String, String>> console(String command) {
        try {
            return PgBouncerConsole.ask(port, command);
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer's console did not answer " + command, e);
        }
    }

    /// Has it send nothing more to the server for a database: what clients send waits. Returns once that holds, which
    /// takes until the transactions that are open there have ended.
    public void pause(String database) {
        console("PAUSE " + database);
    }

    /// Ends a pause.
    public void resume(String database) {
        console("RESUME " + database);
    }

    /// Likewise, for all databases. PgBouncer 1.18 has no table that shows that.
    public void pause() {
        console("PAUSE");
    }

    /// Ends a pause of all.
    public void resume() {
        console("RESUME");
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /// Returns `jdbc:postgresql://127.0.0.1:PORT/database?user=postgres&prepareThreshold=0`: not all versions keep
    /// prepared statements apart.
    public String jdbcUrl(String database) {
        return url(database) + "?user=postgres&prepareThreshold=0";
    }

    private void stop() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// Stops it and removes what it wrote.
    @Override
    public void close() {
        stop();
        try {
            Folders.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the files of PgBouncer could not be removed", e);
        }
    }
}
