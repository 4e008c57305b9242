package dev.aludel.lab;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/// Prints a log for a reader: who, and what; no times, no threads.
final class Narrator extends AppenderBase<ILoggingEvent> {
    private static final String INDENT = " ".repeat(11);

    private final Page page;

    Narrator(Page page) {
        this.page = page;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String logger = event.getLoggerName();
        String who = logger.substring(logger.lastIndexOf('.') + 1);
        String what = event.getFormattedMessage().replace("\n", "\n" + INDENT);
        if (what.startsWith("starting ") || what.equals("finished")) {
            page.print("");
        }
        page.print("%-9s  %s".formatted(who, what));
    }
}
