package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.servers.MariaDb;
import dev.aludel.servers.Postgres;
import dev.aludel.testkit.TellingException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/// A password and a value that must turn up nowhere: not in the log of a pool at its finest, not in an
/// error, its causes and what was suppressed, not in what a pool says of itself or shows over JMX.
/// Checked after each test; and after the last one of a class, that it was in no message of any
/// `Throwable` that the process made meanwhile, and in no event of the pools' in the flight recorder.
///
/// ```java
/// @RegisterExtension
/// final Canary canary = new Canary();
///
/// Pool pool = canary.watch(Pool.of(settings -> settings.url(…).user(Canary.USER).password(Canary.PASSWORD)));
/// Throwable error = canary.thrown(catchThrowable(pool::getConnection));
/// String id = Canary.ask(pool.getConnection(), "select pg_backend_pid()"); // has it as a bind and as a literal
/// ```
///
/// What is logged by the driver is not looked at, nor what is in its own errors where they are handed
/// on as they came, as an error itself or as its cause: in a log they must not be.
final class Canary implements BeforeEachCallback, AfterEachCallback {
    static final String PASSWORD = "canary-31c9-of-the-coal-mine";

    /// A role whom a server knows by this password after [#nest].
    static final String USER = "canary";

    /// What [#select] runs.
    static final String SELECT = "SELECT ?, '" + PASSWORD + "'";

    /// What a fake database's log has of [#select].
    static final String SELECTED = SELECT + " [" + PASSWORD + "]";

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.aludel.pool");
    private final @Nullable Level level = logger.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final List<Object> shown = Collections.synchronizedList(new ArrayList<>());

    /// Makes a server know the role, which may do anything.
    static void nest(Postgres server) throws SQLException {
        nest(server.dataSource("postgres"));
    }

    static void nest(DataSource server) throws SQLException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop role if exists " + USER);
            statement.execute("create role " + USER + " superuser login password '" + PASSWORD + "'");
        }
    }

    /// Makes a server know the role, which may read everything.
    static void nest(MariaDb server) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("mysql"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE USER " + USER + " IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT SELECT ON *.* TO " + USER);
        }
    }

    /// Returns the one value that a query of PostgreSQL gives. The canary is a bind and a literal of the statement.
    static String ask(Connection connection, String select) throws SQLException {
        String sql = "with told as (select ?::text, '" + PASSWORD + "') " + select;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, PASSWORD);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /// Runs a statement on a fake database or a MariaDB, of which the canary is a bind and a literal.
    static void select(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            statement.setString(1, PASSWORD);
            statement.execute();
        }
    }

    /// Has what a pool says of itself looked at, when the test is over.
    <P extends Pool> P watch(P pool) {
        shown.add(pool);
        return pool;
    }

    /// Has something's text looked at, when the test is over.
    void look(Object at) {
        shown.add(at);
    }

    /// Has an error looked at, and returns it.
    <E extends Throwable> E thrown(E error) {
        errors.add(error);
        return error;
    }

    /// Returns what was logged so far, at every level.
    List<String> lines() {
        return List.copyOf(appender.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        FlightRecorded.during(context.getParent().orElseThrow());
        listen();
    }

    void listen() {
        appender.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(appender);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getExecutionException().ifPresent(errors::add);
        check();
    }

    /// Listens no more, and checks all but what [FlightRecorded] does.
    void check() {
        logger.detachAppender(appender);
        logger.setLevel(level);
        assertThat(shown.isEmpty() || !appender.list.isEmpty())
                .as("the log of a pool is seen")
                .isTrue();
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            isNotIn(event.getFormattedMessage());
            if (event.getThrowableProxy() instanceof ThrowableProxy logged) {
                isNotLoggedWith(logged.getThrowable());
            }
        }
        errors.forEach(Canary::isNotIn);
        shown.forEach(Canary::isNotShownBy);
    }

    private static void isNotShownBy(Object object) {
        isNotIn(object.toString());
        if (object instanceof Pool pool) {
            isNotIn(pool.snapshot().toString());
            isNotIn(pool.usage().toString());
            isNotIn(pool.explain().toString());
            isNotIn(pool.explain().text());
        }
        if (object instanceof QueuePool pool) {
            isNotIn(shownOverJmx(pool));
        }
    }

    static String shownOverJmx(QueuePool pool) {
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        Management.register(pool, server);
        StringBuilder shown = new StringBuilder();
        try {
            for (ObjectName name : server.queryNames(new ObjectName("dev.aludel:*"), null)) {
                shown.append(name);
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    Object value = server.getAttribute(name, attribute.getName());
                    shown.append(attribute).append(value instanceof TabularData table ? table.values() : value);
                }
            }
        } catch (JMException e) {
            throw new AssertionError(e);
        }
        assertThat(shown).as("what a pool shows over JMX").contains("MaxOverflow");
        return shown.toString();
    }

    /// Checks that the password is in no text of an error, its causes and what was suppressed, those of a driver
    /// that tells too much left out.
    static void isNotIn(Throwable error) {
        for (Throwable each : withAllBehind(error)) {
            if (!(each instanceof TellingException)) {
                isNotIn(each.toString());
            }
            if (each instanceof Explained explained) {
                isNotIn(explained.explanation().toString());
            }
        }
    }

    /// Likewise, with none left out: a log prints them all.
    private static void isNotLoggedWith(Throwable error) {
        withAllBehind(error).forEach(each -> isNotIn(each.toString()));
    }

    /// Returns an error, its causes and what was suppressed.
    private static Set<Throwable> withAllBehind(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>(List.of(error));
        while (!open.isEmpty()) {
            Throwable next = open.poll();
            if (seen.add(next)) {
                Collections.addAll(open, next.getSuppressed());
                if (next.getCause() != null) {
                    open.add(next.getCause());
                }
            }
        }
        return seen;
    }

    static void isNotIn(String text) {
        assertThat(text).doesNotContain(PASSWORD);
    }
}
