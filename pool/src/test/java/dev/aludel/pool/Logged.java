package dev.aludel.pool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/// Records what the pools of a test log, at every level.
final class Logged implements BeforeEachCallback, AfterEachCallback {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            super.append(event);
            if (!awaited.isEmpty() && event.getFormattedMessage().startsWith(awaited)) {
                awaited = "";
                action.run();
            }
        }
    };
    private String awaited = "";
    private Runnable action = () -> {};

    Logged() {
        this("QueuePool");
    }

    /// @param pool what the pools are
    Logged(String pool) {
        logger = (Logger) LoggerFactory.getLogger("dev.aludel.pool." + pool);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stop();
    }

    void start() {
        appender.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(appender);
    }

    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    List<ILoggingEvent> events() {
        return List.copyOf(appender.list);
    }

    /// Returns the messages so far as `TRACE Created new connection trips#1`.
    List<String> lines() {
        return events().stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /// Returns the messages of one level so far.
    List<String> lines(Level level) {
        return events().stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /// Has something done in the middle of the next message that begins so, on its thread. What is logged meanwhile
    /// is not recorded.
    void next(String beginning, Runnable doing) {
        awaited = beginning;
        action = doing;
    }

    /// Returns how many messages begin so.
    long count(String beginning) {
        return events().stream()
                .filter(event -> event.getFormattedMessage().startsWith(beginning))
                .count();
    }
}
