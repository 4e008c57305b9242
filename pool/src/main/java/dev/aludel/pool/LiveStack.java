package dev.aludel.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a thread is now, in the user's terms.
record LiveStack(List<StackTraceElement> frames) {
    private static final int USER_FRAMES = 3;

    LiveStack {
        frames = List.copyOf(frames);
    }

    /// Reads a thread's stack: microseconds, for virtual threads too. Empty when the thread has ended.
    static LiveStack of(Thread thread) {
        return new LiveStack(List.of(thread.getStackTrace()));
    }

    /// Returns the user's innermost line.
    Optional<Site> site() {
        return user().stream().findFirst().map(Site::of);
    }

    /// Returns what the thread waits in and the user's lines that led there, innermost first, down to the method that
    /// checked out: `Thread.sleep`, `Quotes.fetch(Quotes.java:18)`, `Trips.holds(Trips.java:49)`.
    List<String> doing(@Nullable Site site) {
        List<StackTraceElement> user = user();
        List<String> lines = new ArrayList<>();
        if (!user.isEmpty() && frames.indexOf(user.getFirst()) > 0) {
            lines.add(Frames.publicName(frames.get(frames.indexOf(user.getFirst()) - 1)));
        }
        for (StackTraceElement frame : user) {
            Site at = Site.of(frame);
            lines.add(at.text());
            if (site != null && site.call().equals(at.call())) {
                break;
            }
        }
        return lines;
    }

    /// Returns whether the thread is still in the piece of work that has checked out at a line, as far
    /// as that can be proved: a thread of an executor may have got another since. It is, if it is now
    /// at another line of the same method, or that method has called what it is in.
    boolean isStillWithin(@Nullable Site site) {
        List<Site> user = frames.stream()
                .filter(frame -> Frames.isUser(frame.getClassName()))
                .filter(frame -> !Frames.isFramework(frame.getClassName()))
                .map(Site::of)
                .toList();
        return site != null
                && !user.isEmpty()
                && !user.getFirst().equals(site)
                && user.stream()
                        .anyMatch(at -> at.className().equals(site.className())
                                && at.method().equals(site.method()));
    }

    /// Returns the class of the event loop that the thread runs, if it is one that is known.
    Optional<String> loop() {
        return frames.reversed().stream()
                .map(StackTraceElement::getClassName)
                .filter(Frames::isEventLoop)
                .findFirst()
                .map(Frames::simpleName);
    }

    private List<StackTraceElement> user() {
        return frames.stream()
                .filter(frame -> Frames.isUser(frame.getClassName()))
                .filter(frame -> !Frames.isFramework(frame.getClassName()))
                .limit(USER_FRAMES)
                .toList();
    }
}
