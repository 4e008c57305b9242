package dev.aludel.lab;

import java.io.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a verb writes: a terminal, on which a line of progress may be written over, or a file, on which it may not.
///
/// Always UTF-8, whatever the locale says: explanations contain arrows.
final class Page {
    private static final String CLEAR = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private boolean inProgress;

    /// A page on standard output.
    Page(PrintStream out) {
        this(out, isTerminal(System.console()));
    }

    /// There is no console when both ends are redirected; before JDK 25 there was one that is no terminal.
    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    Page(OutputStream out, boolean terminal) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    PrintWriter writer() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    boolean isTerminal() {
        return terminal;
    }

    /// Writes lines, over any progress.
    void print(String text) {
        clear();
        out.println(text);
    }

    /// Shows how far something is, on a terminal only, until the next line is printed.
    void progress(String text) {
        if (terminal) {
            out.print(CLEAR + text);
            out.flush();
            inProgress = true;
        }
    }

    private void clear() {
        if (inProgress) {
            out.print(CLEAR);
            inProgress = false;
        }
    }
}
