package dev.aludel.testkit;

import java.time.Duration;

/// What a [FaultProxy] does to a connection. It stays so until the proxy is told otherwise.
public sealed interface NetworkFault {
    /// Nothing: everything is forwarded.
    NetworkFault NONE = Plain.NONE;

    /// The connection stays open, and nothing is forwarded either way: what a firewall does that forgot it, or a
    /// cable that was pulled. What was sent meanwhile is forwarded once the fault is over.
    NetworkFault BLACKHOLE = Plain.BLACKHOLE;

    /// The connection is reset (TCP's RST) both ways. A new one is, once it was accepted.
    NetworkFault RESET = Plain.RESET;

    /// The client sees the end of what the server sends (TCP's FIN); what the client sends goes on to the server. A
    /// connection cannot recover from it.
    NetworkFault HALF_CLOSE = Plain.HALF_CLOSE;

    /// The connection is accepted, and nobody answers on it: the server does not hear of it before the fault is over.
    /// An open one is treated as by [#BLACKHOLE].
    NetworkFault SILENT = Plain.SILENT;

    /// Nobody listens: a new connection is refused, an open one reset.
    NetworkFault REFUSE = Plain.REFUSE;

    /// The connection is reset in place of forwarding a `COMMIT`, of which the server never sees a byte: the
    /// beginning of a message waits for its end, unless it is longer than 1 KB.
    /// PostgreSQL, without TLS.
    NetworkFault CUT_BEFORE_COMMIT = Plain.CUT_BEFORE_COMMIT;

    /// The connection is reset when the server answers that it has committed, and the client never sees that.
    /// PostgreSQL, without TLS.
    NetworkFault CUT_AFTER_COMMIT = Plain.CUT_AFTER_COMMIT;

    /// Everything comes later by so much, each way.
    static NetworkFault delay(Duration time) {
        return new Delay(time);
    }

    /// So many bytes a second are forwarded each way, 1 or more.
    ///
    /// @throws IllegalArgumentException for 0 or less
    static NetworkFault throttle(int bytesPerSecond) {
        return new Throttle(bytesPerSecond);
    }

    /// The connection is reset once the client has got so many more bytes, which may be in the middle of a message.
    ///
    /// @throws IllegalArgumentException for less than 0
    static NetworkFault cutAfter(long bytes) {
        return new CutAfter(bytes);
    }

    /// Those that are described by their name: see the constants.
    enum Plain implements NetworkFault {
        NONE,
        BLACKHOLE,
        RESET,
        HALF_CLOSE,
        SILENT,
        REFUSE,
        CUT_BEFORE_COMMIT,
        CUT_AFTER_COMMIT
    }

    /// See [#delay].
    record Delay(Duration time) implements NetworkFault {}

    /// See [#throttle].
    record Throttle(int bytesPerSecond) implements NetworkFault {
        /// Checks the number.
        public Throttle {
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("bytesPerSecond must be 1 or more, but was " + bytesPerSecond
                        + ": NetworkFault.BLACKHOLE forwards nothing");
            }
        }
    }

    /// See [#cutAfter].
    record CutAfter(long bytes) implements NetworkFault {
        /// Checks the number.
        public CutAfter {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes must be 0 or more, but was " + bytes);
            }
        }
    }
}
