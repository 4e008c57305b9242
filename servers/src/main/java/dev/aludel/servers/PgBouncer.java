package dev.aludel.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A real PgBouncer before a PostgreSQL of this machine, on a free port, in transaction mode, with one
/// connection to the server unless it is told otherwise.
///
/// It is the one that is installed (Debian: `apt-get install pgbouncer`); its service need not run. The
/// driver is the caller's.
public final class PgBouncer implements AutoCloseable {
    private static final String PROGRAM = "pgbouncer";
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/bin");
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
    @SuppressWarnings("SystemOut") // who runs the tests has to see it
    public static Optional<PgBouncer> start(int server, Map<String, String> settings) {
        Optional<Path> program = find();
        if (program.isEmpty()) {
            String missing = PROGRAM + " is not installed (Debian: apt-get install pgbouncer)";
            if (List.of(System.getProperty("aludel.require", "").split(",")).contains(PROGRAM)) {
                throw new IllegalStateException(missing + ", and -Daludel.require says that it must be");
            }
            System.err.println("\n*** NOT TESTED: what needs PgBouncer. " + missing + " ***\n");
            return Optional.empty();
        }
        return Optional.of(start(program.get(), server, settings));
    }

    private static PgBouncer start(Path program, int server, Map<String, String> settings) {
        try {
            Path folder = Files.createTempDirectory("aludel-pgbouncer");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x")); // it is not root's
            int port = freePort();
            Files.write(folder.resolve("ini"), configuration(server, port, settings));
            Files.writeString(folder.resolve("users"), "\"postgres\" \"\"\n");
            PgBouncer started = new PgBouncer(folder, port, run(program, folder));
            started.awaitStart();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer did not start", e);
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

    private static Optional<Path> find() {
        return FOLDERS.stream()
                .map(each -> Path.of(each, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart() throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("it said: " + Files.readString(folder.resolve("log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
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
            process = run(find().orElseThrow(), folder);
            awaitStart();
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer did not start again", e);
        }
    }

    /// Has it send nothing more to the server, once what runs is over: what clients send waits.
    public void pause() {
        Signals.send("USR1", process.pid());
    }

    /// Ends a pause.
    public void resume() {
        Signals.send("USR2", process.pid());
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of PgBouncer could not be removed", e);
        }
    }
}
