package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.FakeDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectFailedTest {
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

    private static void assertConnectFails(String url, String message) {
        try (Engine engine = Engine.create(url)) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageMatching(message)
                    .hasMessageNotContaining("s3cret");
            assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
            assertThat(engine.pool().orElseThrow().snapshot().idle()).isZero();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void tells_a_closed_port() throws IOException {
        int port = closedPort();

        assertConnectFails(
                "postgresql://app:s3cret@localhost:" + port + "/trips",
                "cannot connect to postgresql://app:\\*\\*\\*@localhost:" + port
                        + "/trips: nothing listens on this host and"
                        + " port; start the server, or correct host and port \\(SQLState 08001\\)");
    }

    // F02
    @Test
    void tells_a_server_that_is_down() {
        Postgres server = Postgres.start();
        String url = server.url("postgres");
        try (Engine engine = Engine.create(url)) {
            engine.connect().close();
            server.close();

            assertThatThrownBy(() -> engine.run(connection ->
                            connection.jdbc(jdbc -> jdbc.createStatement().execute("select 1"))))
                    .isInstanceOfAny(ConnectionLost.class, ConnectFailed.class);
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageContaining("nothing listens on this host and port");
            assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        }
    }

    // F08
    @Test
    void tells_a_host_that_nobody_knows() {
        assertConnectFails(
                "postgresql://app:s3cret@host.invalid/trips",
                "cannot connect to postgresql://app:\\*\\*\\*@host.invalid/trips: the host name is not known; correct it, or try again"
                        + " if the name service \\(DNS\\) failed.*");
    }

    /// No system connects to a group of hosts: it says that the network is unreachable.
    @Test
    void tells_a_network_that_does_not_lead_there() {
        assertConnectFails(
                "postgresql://app:s3cret@224.0.0.1/trips",
                "cannot connect to postgresql://app:\\*\\*\\*@224.0.0.1/trips: the network does not lead there now;.*");
    }

    static List<Arguments> failuresOfTheNetwork() {
        return List.of(
                Arguments.of(new NoRouteToHostException("No route to host"), "the network does not lead there now"),
                Arguments.of(new ConnectException("Connection timed out"), "the host does not answer"),
                Arguments.of(new ConnectException(), "nothing listens on this host and port"),
                Arguments.of(
                        new ConnectException("Verbindungsaufbau abgelehnt"), // in the system's language
                        "nothing listens on this host and port"),
                Arguments.of(new SocketException("Connection reset"), "or the server is not to be reached"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNetwork")
    void tells_what_the_network_said_in_whatever_language(IOException cause, String told) {
        FakeDatabase database = new FakeDatabase();
        try (Engine engine = Engine.of(database.dataSource(), Dialects.H2)) {
            database.next("connect").fails(new SQLException("made up", "08001", cause));

            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageContaining(told);
        }
    }

    @Test
    void tells_a_database_that_does_not_exist() {
        assertConnectFails(
                Postgres.shared().url("nowhere"),
                "cannot connect to postgresql://postgres@localhost:\\d+/nowhere: there is no such database; create it, or"
                        + " correct the name \\(SQLState 3D000\\)");
        assertConnectFails(
                "h2:file:/nowhere/trips?IFEXISTS=TRUE",
                "cannot connect to h2:file:/nowhere/trips\\?IFEXISTS=TRUE: there is no such database; create it, or correct"
                        + " the name \\(SQLState 90146\\)");
    }

    @Test
    void tells_a_user_that_the_server_does_not_know() {
        assertConnectFails(
                Postgres.shared().url("postgres").replace("//postgres@", "//nobody:s3cret@"),
                "cannot connect to postgresql://nobody:\\*\\*\\*@localhost:\\d+/postgres: the server refuses user or password,"
                        + " or does not let them in from here; correct them \\(SQLState 28000\\)");
    }

    @Test
    void tells_a_wrong_password() throws Exception {
        try (Postgres server = Postgres.start()) {
            requirePassword(server);
            assertConnectFails(
                    server.url("postgres").replace("//postgres@", "//app:s3cret@"),
                    "cannot connect to postgresql://app:\\*\\*\\*@localhost:\\d+/postgres: the server refuses the password;"
                            + " correct user or password \\(SQLState 28P01\\)");
        }
        try (Engine first = Engine.create("h2:mem:password?user=sa&password=right")) {
            first.connect().close();
            assertConnectFails(
                    "h2:mem:password?user=sa&password=s3cret",
                    "cannot connect to h2:mem:password\\?user=sa&password=\\*\\*\\*: the server refuses user or password, or"
                            + " does not let them in from here; correct them \\(SQLState 28000\\)");
        }
    }

    /// Makes a server of one's own ask user `app` for a password. It reads its rules again some time after
    /// it is told.
    private static void requirePassword(Postgres server) throws Exception {
        try (Connection admin = server.dataSource("postgres").getConnection();
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE USER app PASSWORD 'right'");
            try (ResultSet row = statement.executeQuery("SHOW hba_file")) {
                row.next();
                Path rules = Path.of(row.getString(1));
                Files.writeString(rules, "host all app all scram-sha-256\n" + Files.readString(rules));
            }
            statement.execute("SELECT pg_reload_conf()");
        }
        String url = server.jdbcUrl("postgres").replace("user=postgres", "user=app");
        long start = System.nanoTime();
        while (letsIn(url)) assertThat(System.nanoTime() - start).isLessThan(PATIENCE);
    }

    private static boolean letsIn(String url) {
        try (Connection connection = DriverManager.getConnection(url)) {
            return connection != null;
        } catch (SQLException refused) {
            return false;
        }
    }

    @Test
    void tells_a_parameter_that_the_driver_refuses() {
        assertConnectFails(
                "postgresql://app:s3cret@localhost:1/d?sslmode=nonsense",
                "cannot connect to postgresql://app:\\*\\*\\*@localhost:1/d\\?sslmode=nonsense: .+");
    }

    @Test
    void tells_that_no_driver_is_on_the_class_path() {
        try (Engine engine =
                Engine.create("jdbc:other://h/d?password=s3cret", options -> options.dialect(Dialects.H2))) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageStartingWith(
                            "cannot connect to jdbc:other:…: no driver on the class path takes this URL");
        }
    }

    @Test
    void speaks_of_a_foreign_data_source_by_its_type_only() {
        FakeDatabase database = new FakeDatabase();
        database.down();
        try (Engine engine = Engine.of(database.dataSource(), Dialects.H2)) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageStartingWith("cannot connect to the database of the given FakeDataSource: ");
        }
    }

    @Test
    void tells_a_pool_that_was_closed_and_a_foreign_pool_that_had_none_in_time() {
        FakeDatabase database = new FakeDatabase();
        Pool pool = Pool.of(settings -> settings.connections(database::connect).name("gone"));
        pool.close();
        try (Engine engine = Engine.of(pool, Dialects.H2)) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessage("cannot connect to the database of pool 'gone': its pool is closed; make a new one"
                            + " (SQLState 08003)");
        }
        database.next("connect").fails(new SQLTransientConnectionException("pool - Connection is not available"));
        try (Engine engine = Engine.of(database.dataSource(), Dialects.H2)) {
            assertThatThrownBy(engine::connect).hasMessageContaining("no connection was free in time; see the cause");
        }
    }

    // F10
    @Test
    void tells_a_connect_that_hangs_until_its_own_timeout() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Engine engine = Engine.create(
                        "postgresql://app:s3cret@localhost:" + deaf.getLocalPort() + "/d",
                        options -> options.pool(settings -> settings.connectTimeout(Duration.ofMillis(100))))) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessage("cannot connect to postgresql://app:***@localhost:" + deaf.getLocalPort()
                            + "/d: there was no answer within the connect timeout; look at the network in between, or"
                            + " raise connectTimeout (SQLState 08001)");
        }
    }

    @Test
    void is_not_a_connect_that_hangs_which_ends_with_the_pools_timeout() throws Exception {
        Consumer<Options> impatient =
                options -> options.poolTimeout(Duration.ofMillis(300)); // before another is tried beside the first
        try (ServerSocket deaf = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Engine engine =
                        Engine.create("postgresql://app:s3cret@localhost:" + deaf.getLocalPort() + "/d", impatient)) {
            assertThatThrownBy(engine::connect)
                    .isInstanceOf(PoolTimeout.class)
                    .hasMessageContaining("connecting 1")
                    .hasMessageNotContaining("s3cret")
                    .satisfies(timeout -> assertThat(Explanation.find(timeout)).isPresent());
            assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        }
    }
}
