package dev.aludel.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What one logger and those below it say, from a level up, until closed.
final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    static LogLines of(String name, Level level) {
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(name));
        lines.appender.start();
        lines.logger.addAppender(lines.appender);
        lines.logger.setLevel(level);
        lines.logger.setAdditive(false);
        return lines;
    }

    /// Returns the messages so far.
    List<String> messages() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /// Returns the errors that were logged with them.
    List<Throwable> errors() {
        return appender.list.stream()
                .map(ILoggingEvent::getThrowableProxy)
                .filter(ThrowableProxy.class::isInstance)
                .map(logged -> ((ThrowableProxy) logged).getThrowable())
                .toList();
    }

    /// Returns the lines so far as `LEVEL logger message`, times replaced by `<t>`.
    List<String> lines() {
        return appender.list.stream()
                .map(event -> event.getLevel() + " " + event.getLoggerName() + " "
                        + event.getFormattedMessage()
                                .replaceAll("\\[(generated in|cached since|caching disabled) [0-9.e+-]+s", "[$1 <t>s"))
                .toList();
    }

    void clear() {
        appender.list.clear();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }
}
