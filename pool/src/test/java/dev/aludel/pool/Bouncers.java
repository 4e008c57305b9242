package dev.aludel.pool;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aludel.servers.PgBouncer;
import dev.aludel.servers.Postgres;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Real PgBouncers before the shared PostgreSQL, and pools behind them; closes them after each test.
/// The pools' password is a [Canary], though PgBouncer trusts everybody.
final class Bouncers implements BeforeEachCallback, AfterEachCallback {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    final Canary canary = new Canary();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final String database = Postgres.shared().createDatabase("pooled");

    String database() {
        return database;
    }

    PgBouncer start(Map<String, String> settings) {
        return start(Postgres.shared().port(), settings);
    }

    PgBouncer start(int server, Map<String, String> settings) {
        Optional<PgBouncer> started = PgBouncer.start(server, settings);
        assumeThat(started).isPresent();
        open.add(started.get());
        return started.get();
    }

    Pool pool(PgBouncer bouncer, Consumer<Settings> configure) {
        return pool(settings -> configure.accept(settings.url(bouncer.jdbcUrl(database))));
    }

    Pool pool(Consumer<Settings> configure) {
        Pool pool = Pool.of(settings -> configure.accept(
                settings.name("trips").password(Canary.PASSWORD).prePing(true).timeout(PATIENCE)));
        open.add(() -> pool.close(Duration.ZERO));
        return canary.watch(pool);
    }

    /// Returns how a pool asks the console: PostgreSQL's driver of today is let in by later versions only.
    static ConnectionSource console(PgBouncer bouncer) {
        return console(command -> answer(bouncer, command));
    }

    /// What a console answers to a command.
    interface Answers {
        List<Map<String, String>> to(String command) throws SQLException;
    }

    static ConnectionSource console(Answers answers) {
        return () -> proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "createStatement" -> statement(answers);
            case "setNetworkTimeout", "close" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static Statement statement(Answers answers) {
        return proxy(Statement.class, (self, method, arguments) -> switch (method.getName()) {
            case "executeQuery" -> rows(answers.to((String) arguments[0]));
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static List<Map<String, String>> answer(PgBouncer bouncer, String command) throws SQLException {
        try {
            return bouncer.console(command);
        } catch (UncheckedIOException e) {
            throw new SQLException("it refuses", "08P01", e);
        }
    }

    private static ResultSet rows(List<Map<String, String>> all) {
        List<String> columns =
                all.stream().flatMap(row -> row.keySet().stream()).distinct().toList();
        Iterator<Map<String, String>> next = all.iterator();
        List<Map<String, String>> at = new ArrayList<>();
        return proxy(ResultSet.class, (self, method, arguments) -> switch (method.getName()) {
            case "next" -> next.hasNext() && at.add(next.next());
            case "getString" -> at.getLast().get(columns.get((int) arguments[0] - 1));
            case "getMetaData" -> metaData(columns);
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static ResultSetMetaData metaData(List<String> columns) {
        return proxy(ResultSetMetaData.class, (self, method, arguments) -> switch (method.getName()) {
            case "getColumnCount" -> columns.size();
            case "getColumnLabel" -> columns.get((int) arguments[0] - 1);
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        canary.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        canary.afterEach(context);
    }
}
