package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.createTables;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Trip.TRIP;

import dev.aludel.servers.Postgres;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A real database with two drivers and three trips, of its own for each test.
final class Database implements AutoCloseable {
    /// The databases that the tests run on.
    enum Kind {
        H2,
        POSTGRESQL;

        Dialect dialect() {
            return switch (this) {
                case H2 -> Dialects.H2;
                case POSTGRESQL -> Dialects.POSTGRESQL;
            };
        }
    }

    private final Dialect dialect;
    private final Connection connection;

    private Database(Dialect dialect, Connection connection) {
        this.dialect = dialect;
        this.connection = connection;
    }

    static Database empty(Kind kind) throws SQLException {
        Connection connection = switch (kind) {
            case H2 -> DriverManager.getConnection("jdbc:h2:mem:");
            case POSTGRESQL -> freshSchema();
        };
        return new Database(kind.dialect(), connection);
    }

    /// A schema of its own is a hundred times cheaper than a database of its own.
    private static Connection freshSchema() throws SQLException {
        Connection connection = DriverManager.getConnection(Server.URL);
        String schema = "test_" + Server.SCHEMAS.incrementAndGet();
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        }
        connection.setSchema(schema);
        return connection;
    }

    private static final class Server {
        static final String URL = Postgres.shared().jdbcUrl(Postgres.shared().createDatabase("sql"));
        static final AtomicInteger SCHEMAS = new AtomicInteger();
    }

    static Database filled(Kind kind) throws SQLException {
        Database database = empty(kind);
        for (CreateTable table : createTables(TRIP, DRIVER, Bare.BARE)) database.execute(table);
        database.execute(insert(DRIVER).set(DRIVER.name, "Ada").set(DRIVER.city, "Oslo"));
        database.execute(insert(DRIVER).set(DRIVER.name, "Bo"));
        database.execute(insert(TRIP)
                .rows(
                        List.of(TRIP.code, TRIP.seats, TRIP.fare, TRIP.driver),
                        List.of(
                                List.of("OSL-1", 3, new BigDecimal("10.50"), 1L),
                                List.of("OSL-2", 4, new BigDecimal("20.00"), 1L),
                                Arrays.asList("BGO-3", 8, null, 2L))));
        return database;
    }

    long execute(Command command) throws SQLException {
        try (PreparedStatement prepared = prepare(command)) {
            return prepared.executeLargeUpdate();
        }
    }

    <R extends @Nullable Object> List<R> rows(Query<R> query) throws SQLException {
        try (PreparedStatement prepared = prepare(query);
                ResultSet rows = prepared.executeQuery()) {
            List<R> list = new ArrayList<>();
            while (rows.next()) list.add(query.read(rows));
            return list;
        }
    }

    /// Returns what the database itself calls the columns.
    List<String> labels(Query<?> query) throws SQLException {
        try (PreparedStatement prepared = prepare(query);
                ResultSet rows = prepared.executeQuery()) {
            List<String> labels = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++)
                labels.add(rows.getMetaData().getColumnLabel(i));
            return labels;
        }
    }

    private PreparedStatement prepare(Statement statement) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(dialect.render(statement));
        int position = 1;
        for (Bind<?> bind : statement.binds()) bind.to(prepared, position++);
        return prepared;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
