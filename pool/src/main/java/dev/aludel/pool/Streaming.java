package dev.aludel.pool;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What the streams of a loan have in common: they end with it, and what they do is the driver's time.
record Streaming(ConnectionBase loan) {
    static final String WRITE = "UPDATE (through a stream)";

    /// Must be called before each call of the driver's stream.
    ///
    /// @throws IOException once the loan is over
    long begins(@Nullable String what) throws IOException {
        check();
        try {
            return loan.sqlBegins(what);
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    void ends(long began) {
        loan.sqlEnds(began);
    }

    void check() throws IOException {
        if (!loan.isOpen()) {
            SQLException over = loan.ended();
            throw new IOException(over.getMessage(), over);
        }
    }

    boolean isOver() {
        return !loan.isOpen();
    }

    /// Looks at what the driver threw, as the proxies do, and returns it to be thrown.
    IOException failed(IOException e) {
        if (e.getCause() instanceof SQLException cause) {
            loan.failed(cause);
        }
        return e;
    }
}
