package dev.aludel.pool;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/// Tells the log, once for a pool, that two threads use one connection at the same time. It is seen only when their
/// calls of the driver meet, so that looking costs a borrower nothing.
final class Sharing {
    private final Logger log;
    private final AtomicBoolean told = new AtomicBoolean();

    Sharing(Logger log) {
        this.log = log;
    }

    /// A thread that did not check the connection out calls the driver while a call is under way on it.
    void seen(Loan loan, Thread owner) {
        if (!told.get() && told.compareAndSet(false, true)) {
            log.warn(
                    "Connection {} is used by two threads at the same time: by one in {}, and by the one that checked it"
                            + " out, in {}. Give each a connection of its own (this is said once)",
                    loan.slot.text,
                    text(LiveStack.of(Thread.currentThread())),
                    text(LiveStack.of(owner)));
        }
    }

    private static String text(LiveStack stack) {
        return stack.site().map(Site::text).orElse("code that is not known");
    }
}
