package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.TellingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A word to give as a password and as a bind. After each test it must be in no line of the log at its
/// finest, with all errors that are logged, and in no text of the errors that were looked at, their
/// causes and what was suppressed, but for those of a driver that tells too much.
final class Secrets implements BeforeEachCallback, AfterEachCallback {
    static final String WORD = "canary-8d21";

    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final List<LogLines> logs = new ArrayList<>();

    /// Has an error looked at, and returns it.
    <E extends Throwable> E thrown(E error) {
        errors.add(error);
        return error;
    }

    /// As AssertJ's, and has the error looked at.
    AbstractThrowableAssert<?, ? extends Throwable> assertThatThrownBy(ThrowingCallable call) {
        Throwable error = catchThrowable(call);
        assertThat(error).as("what is thrown").isNotNull();
        return assertThat(thrown(error));
    }

    /// Returns what was logged so far, as [LogLines#lines].
    List<String> lines() {
        return logs.getLast().lines();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        listen();
    }

    void listen() {
        logs.add(LogLines.of("dev.aludel", Level.TRACE));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    /// Listens no more, and looks for them.
    void check() {
        try (LogLines log = logs.getLast()) {
            assertThat(log.messages()).as("the log is seen").isNotEmpty().allSatisfy(Secrets::isNotIn);
            log.errors().stream()
                    .flatMap(error -> withAllBehind(error).stream())
                    .forEach(each -> isNotIn("" + each));
        }
        errors.forEach(Secrets::isNotIn);
    }

    private static void isNotIn(Throwable error) {
        for (Throwable each : withAllBehind(error)) {
            if (!(each instanceof TellingException)) isNotIn(each.toString());
        }
    }

    private static void isNotIn(String text) {
        assertThat(text).doesNotContain(WORD);
    }

    /// Returns an error, its causes and what was suppressed.
    private static Set<Throwable> withAllBehind(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>(List.of(error));
        while (!open.isEmpty()) {
            Throwable next = open.poll();
            if (seen.add(next)) {
                Collections.addAll(open, next.getSuppressed());
                if (next.getCause() != null) open.add(next.getCause());
            }
        }
        return seen;
    }
}
