package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/// A password that must turn up nowhere: not in the log of a pool at its finest, not in an error, its causes and what
/// was suppressed, not in what a pool says of itself. Checked after each test.
///
/// ```java
/// @RegisterExtension
/// final Canary canary = new Canary();
///
/// Pool pool = canary.watch(Pool.of(settings -> settings.url(…).user(Canary.USER).password(Canary.PASSWORD)));
/// Throwable error = canary.thrown(catchThrowable(pool::getConnection));
/// ```
///
/// What is logged by the driver is not looked at, nor what a test does not show it.
final class Canary implements BeforeEachCallback, AfterEachCallback {
    static final String PASSWORD = "canary-31c9-of-the-coal-mine";

    /// A role whom a server knows by this password after [#nest].
    static final String USER = "canary";

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
        appender.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(appender);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.detachAppender(appender);
        logger.setLevel(level);
        context.getExecutionException().ifPresent(errors::add);
        assertThat(shown.isEmpty() || !appender.list.isEmpty())
                .as("the log of a pool is seen")
                .isTrue();
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            isNotIn(event.getFormattedMessage());
            isNotIn(String.valueOf(
                    event.getThrowableProxy() == null
                            ? ""
                            : event.getThrowableProxy().getMessage()));
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
    }

    /// Checks that the password is in no text of an error, its causes and what was suppressed.
    static void isNotIn(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>(List.of(error));
        while (!open.isEmpty()) {
            Throwable next = open.poll();
            if (seen.add(next)) {
                isNotIn(next.toString());
                if (next instanceof Explained explained) {
                    isNotIn(explained.explanation().toString());
                }
                Collections.addAll(open, next.getSuppressed());
                if (next.getCause() != null) {
                    open.add(next.getCause());
                }
            }
        }
    }

    private static void isNotIn(String text) {
        assertThat(text).doesNotContain(PASSWORD);
    }
}
