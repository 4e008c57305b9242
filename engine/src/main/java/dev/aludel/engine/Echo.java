package dev.aludel.engine;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.Level;

/// Prints the engine's log to standard output, whatever the logging configuration is: `time level logger message`.
///
/// @param showsRows whether columns and rows are printed as well
record Echo(boolean showsRows) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    boolean shows(Level level) {
        return showsRows || level != Level.TRACE;
    }

    @SuppressWarnings("SystemOut") // standard output is what echo is for
    void print(Level level, String logger, String message) {
        System.out.println(
                TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " " + level + " " + logger + " " + message);
    }
}
