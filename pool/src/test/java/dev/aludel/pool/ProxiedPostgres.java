package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real PostgreSQL behind a [FaultProxy], and pools on it whose password is a [Canary]. After each
/// test the pools are closed, and the server knows of no connection.
final class ProxiedPostgres implements BeforeEachCallback, AfterEachCallback {
    final Canary canary = new Canary();
    final Postgres server = Postgres.shared();
    final FaultProxy proxy = FaultProxy.to(server.port());
    private final List<Pool> pools = new ArrayList<>();
    private String database = "";

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        Canary.nest(server);
        database = server.createDatabase("proxied");
        canary.beforeEach(context);
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database;
    }

    /// Builds a pool that reaches the server through the proxy, with the defaults but for what is configured.
    Pool pool(Consumer<Settings> configure) {
        return pool(url(), configure);
    }

    Pool pool(String url, Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(
                settings.name("trips").url(url).user(Canary.USER).password(Canary.PASSWORD)));
        pools.add(canary.watch(pool));
        return pool;
    }

    /// Returns the one value that a query gives, as text. It has the canary as a bind.
    static String ask(Connection connection, String sql) throws SQLException {
        return Canary.ask(connection, sql);
    }

    /// Likewise, past pool and proxy.
    String ask(String sql) {
        try (Connection connection = server.dataSource(database).getConnection()) {
            return ask(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static String backend(Pool pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return ask(connection, "select pg_backend_pid()");
        }
    }

    /// Returns how many sessions of the pools' user do something with a statement that has these words in it.
    long running(String words) {
        return Long.parseLong(ask("select count(*) from pg_stat_activity where state = 'active' and query like '%"
                + words + "%' and usename = '" + Canary.USER + "'"));
    }

    void awaitRunning(String words, long count) {
        Await.until(() -> running(words) == count, () -> running(words) + " run " + words);
    }

    private long sessions() {
        return Long.parseLong(ask("select count(*) from pg_stat_activity where usename = '" + Canary.USER + "'"));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertAll(this::close, this::isLeftAlone, () -> canary.afterEach(context));
    }

    private void close() {
        pools.forEach(pool -> pool.close(ofSeconds(1)));
        proxy.close();
    }

    private void isLeftAlone() {
        ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = '" + Canary.USER + "'");
        Await.until(() -> sessions() == 0, () -> sessions() + " sessions in pg_stat_activity");
    }
}
