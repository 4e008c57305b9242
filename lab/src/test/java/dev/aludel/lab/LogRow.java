package dev.aludel.lab;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// One row of a log: who says what, how loudly.
record LogRow(String level, String logger, String message) {
    static LogRow of(ILoggingEvent event) {
        return new LogRow(event.getLevel().toString(), event.getLoggerName(), event.getFormattedMessage());
    }

    /// Reads a reference of the model, with a line break where it writes `\n`.
    ///
    /// Two of the three references have no levels; theirs follow the rule that [#modelLevel] states.
    static List<LogRow> reference(String file) {
        var stream = Objects.requireNonNull(LogRow.class.getResourceAsStream("/" + file), file);
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().skip(1).map(LogRow::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LogRow parse(String line) {
        String[] cells = line.split("\t", -1);
        String logger = cells[cells.length - 2];
        String message = cells[cells.length - 1].replace("\\n", "\n");
        return new LogRow(cells.length == 3 ? cells[0] : modelLevel(logger, message), logger, message);
    }

    static String modelLevel(String logger, String message) {
        boolean row = message.startsWith("Col (") || message.startsWith("Row (");
        return logger.equals("sqlalchemy.engine.Engine") && !row ? "INFO" : "DEBUG";
    }

    LogRow level(String other) {
        return new LogRow(other, logger, message);
    }

    LogRow logger(String other) {
        return new LogRow(level, other, message);
    }

    LogRow message(String other) {
        return new LogRow(level, logger, other);
    }
}
