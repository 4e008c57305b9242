package dev.aludel.orm;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What some loggers say, in one order, until closed.
final class LogLines implements AutoCloseable {
    private final List<Logger> loggers;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines(List<Logger> loggers) {
        this.loggers = loggers;
        appender.list = Collections.synchronizedList(new ArrayList<>());
        appender.start();
        for (Logger logger : loggers) {
            logger.addAppender(appender);
            logger.setLevel(Level.TRACE);
            logger.setAdditive(false);
        }
    }

    static LogLines of(String... names) {
        return new LogLines(List.of(names).stream()
                .map(name -> (Logger) LoggerFactory.getLogger(name))
                .toList());
    }

    /// Returns the messages so far.
    List<String> messages() {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    void clear() {
        appender.list.clear();
    }

    @Override
    public void close() {
        for (Logger logger : loggers) {
            logger.detachAppender(appender);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }
}
