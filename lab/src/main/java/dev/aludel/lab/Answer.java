package dev.aludel.lab;

import java.time.Duration;

/// What one request of a client got: a status, the time until it had read the whole answer, and what it said.
///
/// It crosses the border between two JVMs as a line of text: [#line] and [#parse].
///
/// @param status the HTTP status, or [#NONE] if no answer came
/// @param time   from sending to the last byte of the answer
/// @param text   the first line of an answer that is not 200, else empty
record Answer(int status, Duration time, String text) {
    /// The status of a request whose connection was refused or cut.
    static final int NONE = 0;

    private static final int MEMORABLE = 200;

    Answer {
        text = text.lines().findFirst().orElse("");
        text = text.substring(0, Math.min(text.length(), MEMORABLE));
    }

    boolean isOk() {
        return status == 200;
    }

    /// Returns `status microseconds text`.
    String line() {
        return status + " " + time.toNanos() / 1_000 + " " + text;
    }

    /// Reads what [#line] wrote.
    ///
    /// @throws IllegalArgumentException if it is not such a line
    static Answer parse(String line) {
        String[] parts = line.split(" ", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "a line of the load client must be 'status microseconds text', but was: " + line);
        }
        return new Answer(Integer.parseInt(parts[0]), Duration.ofNanos(Long.parseLong(parts[1]) * 1_000), parts[2]);
    }
}
