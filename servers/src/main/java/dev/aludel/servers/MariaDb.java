package dev.aludel.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A real MariaDB on a free port of this machine, with its own data directory, which [#close]
/// removes.
///
/// It is the one that is installed (Debian: `apt-get install mariadb-server`); its service need not
/// run. The driver is the caller's. A start takes a few seconds.
public final class MariaDb implements AutoCloseable {
    private static final String PROGRAM = "mariadbd";
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Path folder;
    private final int port;
    private final Process process;
    private final AtomicInteger databases = new AtomicInteger();

    private MariaDb(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Returns the server that all tests of this JVM share; it stops when the JVM ends.
    ///
    /// @return empty if MariaDB is not installed: what needs it cannot run then, as is said on the
    ///         error stream
    /// @throws IllegalStateException if it is not installed, and the property `aludel.require` says
    ///                               that it has to be
    public static Optional<MariaDb> shared() {
        return Shared.SERVER;
    }

    /// Starts a server.
    private static MariaDb start() {
        try {
            Path folder = Files.createTempDirectory("aludel-mariadb");
            int port = freePort();
            Path log = folder.resolve("log");
            run(folder, installing(folder)).waitFor();
            MariaDb server = new MariaDb(folder, port, run(folder, serving(folder, port)));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.awaitStart(log);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("MariaDB did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while MariaDB was starting", e);
        }
    }

    private static List<String> installing(Path folder) {
        return command(
                "mariadb-install-db",
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--datadir=" + folder.resolve("data"));
    }

    private static List<String> serving(Path folder, int port) {
        return command(
                PROGRAM,
                "--no-defaults",
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--datadir=" + folder.resolve("data"));
    }

    private static List<String> command(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        return command;
    }

    private static Process run(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private static Optional<Path> find(String program) {
        return FOLDERS.stream()
                .map(each -> Path.of(each, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart(Path log) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("it said: " + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Makes a fresh, empty database and returns its name: the prefix and a number.
    public String createDatabase(String prefix) {
        String name = prefix + "_" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(jdbcUrl("mysql"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return name;
    }

    /// Returns `jdbc:mariadb://127.0.0.1:PORT/database?user=root`.
    public String jdbcUrl(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
    }

    /// Stops the server and removes its data.
    @Override
    public void close() {
        try {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of MariaDB could not be removed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// The lazy holder of the shared server.
    private static final class Shared {
        static final Optional<MariaDb> SERVER = ifInstalled();

        @SuppressWarnings("SystemOut") // who runs the tests has to see it
        private static Optional<MariaDb> ifInstalled() {
            if (find(PROGRAM).isPresent()) {
                return Optional.of(start());
            }
            String missing = PROGRAM + " is not installed (Debian: apt-get install mariadb-server)";
            if (List.of(System.getProperty("aludel.require", "").split(",")).contains(PROGRAM)) {
                throw new IllegalStateException(missing + ", and -Daludel.require says that it must be");
            }
            System.err.println("\n*** NOT TESTED: what needs MariaDB. " + missing + " ***\n");
            return Optional.empty();
        }
    }
}
