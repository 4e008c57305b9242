package dev.aludel.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A real MariaDB on a free port of this machine, with its own data directory, which [#close]
/// removes.
///
/// It is the one that is installed (Debian: `apt-get install mariadb-server`); its service need not
/// run. The driver is the caller's. A start takes a few seconds.
public final class MariaDb implements AutoCloseable {
    private static final Program PROGRAM = new Program("mariadbd", "MariaDB", "mariadb-server");
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
            Path folder = install();
            try {
                return Ports.onFree(port -> start(folder, port));
            } catch (IOException e) {
                Folders.remove(folder);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("MariaDB did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while MariaDB was starting", e);
        }
    }

    /// Makes a folder with data in it.
    static Path install() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("aludel-mariadb");
        if (run(folder, installing(folder)).waitFor() == 0) {
            return folder;
        }
        IOException failure = Ports.failure(folder.resolve("log"));
        Folders.remove(folder);
        throw failure;
    }

    /// Starts one in a folder. If that fails, the folder stays, for another try, and nothing else.
    ///
    /// @throws Ports.Taken if the port is
    static MariaDb start(Path folder, int port) throws IOException {
        MariaDb server = new MariaDb(folder, port, run(folder, serving(folder, port)));
        Thread hook = new Thread(server::close);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            server.awaitStart(folder.resolve("log"));
            return server;
        } catch (IOException e) {
            Runtime.getRuntime().removeShutdownHook(hook);
            server.stop();
            throw e;
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
                PROGRAM.name(),
                "--no-defaults",
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--datadir=" + folder.resolve("data"));
    }

    private static List<String> command(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Program.find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        return command;
    }

    /// Its log is begun anew: another try must not be judged by what this one says.
    private static Process run(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void awaitStart(Path log) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!answers()
                || !Files.readString(log).contains("ready for connections")) { // else it is another who answers
            if (!process.isAlive() || System.nanoTime() > end) {
                throw Ports.failure(log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000); // another may listen there, and say nothing
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
        if (!stop()) {
            return;
        }
        try {
            Folders.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of MariaDB could not be removed", e);
        }
    }

    /// @return false if the thread was interrupted meanwhile
    private boolean stop() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The lazy holder of the shared server.
    private static final class Shared {
        static final Optional<MariaDb> SERVER = PROGRAM.findOrTell().map(found -> start());
    }
}
