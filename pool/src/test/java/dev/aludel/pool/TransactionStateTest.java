package dev.aludel.pool;

import static dev.aludel.pool.TransactionState.FAILED;
import static dev.aludel.pool.TransactionState.NONE;
import static dev.aludel.pool.TransactionState.OPEN;
import static dev.aludel.pool.TransactionState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.MariaDb;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.FaultProxy;
import dev.aludel.testkit.NetworkFault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What a driver knows of a connection without asking the server (reliability section 5, evidence).
@DisplayNameGeneration(ReplaceUnderscores.class)
class TransactionStateTest {
    private static final String POSTGRES = Postgres.shared().jdbcUrl("postgres");
    private static final Optional<MariaDb> MARIADB = MariaDb.shared();

    private final Server postgres = Server.postgres();

    @Test
    void of_postgres_follows_the_transaction() throws SQLException {
        try (Connection connection = DriverManager.getConnection(POSTGRES)) {
            Sql.run(connection, "SELECT 1");
            assertThat(postgres.transactionState(connection)).isEqualTo(NONE);

            connection.setAutoCommit(false);
            assertThat(postgres.transactionState(connection))
                    .as("nothing was sent yet")
                    .isEqualTo(NONE);
            Sql.run(connection, "SELECT 1");
            assertThat(postgres.transactionState(connection)).isEqualTo(OPEN);
            assertThatThrownBy(() -> Sql.run(connection, "SELECT 1 / 0")).isInstanceOf(SQLException.class);
            assertThat(postgres.transactionState(connection)).isEqualTo(FAILED);
            connection.rollback();
            assertThat(postgres.transactionState(connection)).isEqualTo(NONE);
            Sql.run(connection, "SELECT 1");
            connection.commit();
            assertThat(postgres.transactionState(connection)).isEqualTo(NONE);
        }
    }

    @Test
    void of_postgres_knows_of_one_that_was_begun_as_sql() throws SQLException {
        try (Connection connection = DriverManager.getConnection(POSTGRES)) {
            Sql.run(connection, "BEGIN");
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(postgres.transactionState(connection)).isEqualTo(OPEN);
        }
    }

    @Test
    void of_postgres_needs_no_server() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(Postgres.shared().port());
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres")) {
            long backend = Long.parseLong(Sql.text(connection, "SELECT pg_backend_pid()"));
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> Sql.run(connection, "SELECT 1 / 0")).isInstanceOf(SQLException.class);

            proxy.strike(NetworkFault.REFUSE);

            assertThat(postgres.transactionState(connection)).isEqualTo(FAILED);
            assertThat(postgres.backendId(connection)).hasValue(backend);
            assertThatThrownBy(() -> Sql.run(connection, "SELECT 1"))
                    .as("what needs it fails")
                    .matches(e -> postgres.isDisconnect((SQLException) e));
        }
    }

    @Test
    void of_mariadb_follows_the_transaction() throws SQLException {
        if (MARIADB.isPresent()) {
            Server server = Server.mariaDb();
            try (Connection connection =
                    DriverManager.getConnection(MARIADB.get().jdbcUrl("mysql"))) {
                assertThat(server.transactionState(connection)).isEqualTo(NONE);
                connection.setAutoCommit(false);
                Sql.run(connection, "SELECT * FROM user");
                assertThat(server.transactionState(connection)).isEqualTo(OPEN);
                assertThatThrownBy(() -> Sql.run(connection, "SELEC")).isInstanceOf(SQLException.class);
                assertThat(server.transactionState(connection))
                        .as("it takes more statements")
                        .isEqualTo(OPEN);
                connection.commit();
                assertThat(server.transactionState(connection)).isEqualTo(NONE);
            }
        }
    }

    @Test
    void of_mariadb_needs_no_server() throws Exception {
        if (MARIADB.isPresent()) {
            Server server = Server.mariaDb();
            String url = MARIADB.get().jdbcUrl("mysql");
            int port = URI.create(url.substring("jdbc:".length())).getPort();
            try (FaultProxy proxy = FaultProxy.to(port);
                    Connection connection = DriverManager.getConnection(url.replace(":" + port, ":" + proxy.port()))) {
                long backend = Long.parseLong(Sql.text(connection, "SELECT CONNECTION_ID()"));
                Sql.run(connection, "START TRANSACTION");

                proxy.strike(NetworkFault.REFUSE);

                assertThat(server.transactionState(connection)).isEqualTo(OPEN);
                assertThat(server.backendId(connection)).hasValue(backend);
                assertThatThrownBy(() -> Sql.run(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void of_h2_in_process_is_open_once_something_was_changed() throws SQLException {
        Server server = Server.h2();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:")) {
            Sql.run(connection, "CREATE TABLE trips (id INT)");
            assertThat(server.transactionState(connection)).isEqualTo(NONE);
            connection.setAutoCommit(false);
            assertThat(server.transactionState(connection))
                    .as("it may have read")
                    .isEqualTo(UNKNOWN);
            Sql.run(connection, "INSERT INTO trips VALUES (1)");
            assertThat(server.transactionState(connection)).isEqualTo(OPEN);
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(server.transactionState(connection)).isEqualTo(NONE);
            assertThat(server.backendId(connection))
                    .hasValue(Long.parseLong(Sql.text(connection, "SELECT SESSION_ID()")));
        }
    }

    @Test
    void of_others_is_not_known() throws SQLException {
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite::memory:");
                Connection fake = new FakeDatabase().connect()) {
            assertThat(Server.sqlite().transactionState(sqlite)).isEqualTo(UNKNOWN);
            assertThat(Server.sqlite().backendId(sqlite)).isEmpty();
            assertThat(Server.other().transactionState(fake)).isEqualTo(UNKNOWN);
            for (Server server : new Server[] {postgres, Server.mariaDb(), Server.h2()}) {
                assertThat(server.transactionState(fake)).as(server.name()).isEqualTo(UNKNOWN);
                assertThat(server.backendId(fake)).as(server.name()).isEmpty();
                assertThat(server.transactionState(sqlite)).as(server.name()).isEqualTo(UNKNOWN);
            }
        }
    }

    @Test
    void is_found_through_a_wrapper_that_lets_one_unwrap_it() throws SQLException {
        try (Connection connection = DriverManager.getConnection(POSTGRES)) {
            Sql.run(connection, "BEGIN");
            Connection wrapper = wrapper(TransactionStateTest.class.getClassLoader(), connection);

            assertThat(postgres.transactionState(wrapper)).isEqualTo(OPEN);
            assertThat(postgres.transactionState(connection)).isEqualTo(OPEN);
        }
    }

    @Test
    void is_not_known_through_a_wrapper_whose_class_loader_does_not_see_the_driver() throws SQLException {
        try (Connection connection = DriverManager.getConnection(POSTGRES)) {
            Connection wrapper = wrapper(ClassLoader.getPlatformClassLoader(), connection);

            assertThat(postgres.transactionState(wrapper)).isEqualTo(UNKNOWN);
            assertThat(postgres.backendId(wrapper)).isEmpty();
            assertThat(postgres.transactionState(connection)).isEqualTo(NONE);
        }
    }

    private static Connection wrapper(ClassLoader loader, Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                loader, new Class<?>[] {Connection.class}, (self, method, values) -> {
                    try {
                        return method.invoke(connection, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void is_known_of_a_driver_in_a_class_loader_that_the_pool_does_not_see() throws Exception {
        URL driver = org.postgresql.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {driver}, ClassLoader.getPlatformClassLoader())) {
            Driver apart = (Driver)
                    loader.loadClass("org.postgresql.Driver").getConstructor().newInstance();
            try (Connection connection = apart.connect(POSTGRES, new Properties())) {
                Sql.run(connection, "BEGIN");

                assertThat(connection).isNotInstanceOf(org.postgresql.PGConnection.class);
                assertThat(postgres.transactionState(connection)).isEqualTo(OPEN);
            }
        }
    }
}
