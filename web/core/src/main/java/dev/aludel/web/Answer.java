package dev.aludel.web;

import java.time.Duration;
import java.util.Map;

/// An answer that takes the place of the handler's: status, headers and a body of plain text.
///
/// Its text is for the user of the service. It names no host, no table and no value; what an operator needs to know
/// is in the log.
///
/// @param status  the HTTP status, 400 to 599
/// @param headers headers to set, over those of the handler
/// @param body    a sentence or two of plain text
public record Answer(int status, Map<String, String> headers, String body) {
    /// @throws IllegalArgumentException if the status is not that of a failure
    public Answer {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be that of a failure, 400 to 599, but was " + status
                    + ": only failures replace an answer");
        }
        headers = Map.copyOf(headers);
    }

    /// No connection came free. The wait that was in vain is the best guess of when one may be free.
    ///
    /// It does not say that nothing was changed: the handler may have committed before this one.
    static Answer busy(Duration waited) {
        long seconds = Math.max(1, waited.plusMillis(999).toSeconds());
        return new Answer(
                503,
                Map.of("Retry-After", String.valueOf(seconds)),
                "The service is busy: no database connection came free in time.");
    }

    /// The last transaction was refused. What the handler committed before stays: this is about the last change.
    static Answer notSaved() {
        return new Answer(500, Map.of(), "Your last change was not saved.");
    }

    /// Nothing is wrong with the change. No `Retry-After`: who repeats the request also repeats what was committed
    /// before.
    static Answer tryAgain() {
        return new Answer(503, Map.of(), "Your last change was not saved; another attempt may succeed.");
    }

    static Answer conflict() {
        return new Answer(
                409,
                Map.of(),
                "Your last change was not saved: somebody else has changed the same in the meantime."
                        + " Please look at it again.");
    }

    static Answer outcomeUnknown() {
        return new Answer(
                503,
                Map.of(),
                "It is not known whether your change was saved: the database did not say so."
                        + " Please look before you send it again.");
    }
}
