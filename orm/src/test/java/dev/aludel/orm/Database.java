package dev.aludel.orm;

import static dev.aludel.orm.Country_.COUNTRY;
import static dev.aludel.orm.Driver_.DRIVER;
import static dev.aludel.orm.Employee_.EMPLOYEE;
import static dev.aludel.orm.Trip_.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.engine.Engine;
import dev.aludel.engine.Options;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Command;
import dev.aludel.sql.CreateTable;
import dev.aludel.sql.Sql;
import dev.aludel.sql.Unsafe;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A database with the tables of these tests, sessions on it, and what the engine sends.
final class Database implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

    private final String name;
    private final Engine engine;
    private final LogLines log;

    private Database(String name, Engine engine) {
        this.name = name;
        this.engine = engine;
        engine.run(connection -> {
            for (CreateTable table : Sql.createTables(DRIVER, TRIP, EMPLOYEE, COUNTRY)) connection.execute(table);
        });
        log = LogLines.of("dev.aludel.engine.Engine." + name);
    }

    /// An H2 in memory.
    static Database h2() {
        String name = "orm-" + NUMBER.incrementAndGet();
        return new Database(name, Engine.create("h2:mem:" + name, options(name)));
    }

    /// The PostgreSQL database that these tests share, emptied.
    static Database postgres() {
        Engine engine = Engine.create(Postgres.shared().url(OnPostgres.NAME), options(OnPostgres.NAME));
        engine.run(connection -> {
            connection.execute(Unsafe.statement("drop schema public cascade"));
            connection.execute(Unsafe.statement("create schema public"));
        });
        return new Database(OnPostgres.NAME, engine);
    }

    /// Made once: a hundred databases take half a gigabyte and long to remove.
    private static final class OnPostgres {
        static final String NAME = Postgres.shared().createDatabase("orm");
    }

    private static Consumer<Options> options(String name) {
        return options -> options.name(name)
                .poolSize(4)
                .poolTimeout(Duration.ofSeconds(10))
                .logValues(true);
    }

    Engine engine() {
        return engine;
    }

    Sessions sessions() {
        return Sessions.on(engine, TRIP, DRIVER, EMPLOYEE, COUNTRY);
    }

    /// Executes something as another transaction.
    long elsewhere(Command command) {
        return engine.call(connection -> connection.execute(command));
    }

    /// Returns what was sent since the last call, texts only.
    List<String> sent() {
        List<String> texts = log.messages().stream()
                .filter(line -> !line.startsWith("[") && !line.startsWith("Col (") && !line.startsWith("Row ("))
                .map(line -> line.replace("\n", ""))
                .toList();
        log.clear();
        return texts;
    }

    /// Returns the values that were sent since the last call.
    List<String> sentValues() {
        List<String> values = log.messages().stream()
                .filter(line -> line.startsWith("[generated") || line.startsWith("[cached"))
                .map(line -> line.replaceFirst("\\[[^]]*] ", ""))
                .toList();
        log.clear();
        return values;
    }

    int checkedOut() {
        return engine.pool().orElseThrow().snapshot().checkedOut();
    }

    void assertNothingHeld() {
        assertThat(checkedOut()).as("connections checked out").isZero();
    }

    /// Asserts, by the server's own account, that no session is in a transaction or at work. It may take a moment
    /// until the server has noticed.
    void assertServerSeesNobody() throws SQLException {
        long start = System.nanoTime();
        long busy = busy();
        while (busy > 0 && System.nanoTime() - start < PATIENCE) busy = busy();
        assertThat(busy).as("busy sessions in pg_stat_activity").isZero();
    }

    private long busy() throws SQLException {
        try (Connection admin = Postgres.shared().dataSource("postgres").getConnection();
                PreparedStatement statement = admin.prepareStatement(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = ? AND state <> 'idle'")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public void close() {
        log.close();
        engine.close();
    }
}
