package dev.aludel.pool;

import org.slf4j.Logger;

/// The end of a pool: nobody gets a connection any more, idle ones are closed, lent ones waited for, and cut if they
/// do not come back in time.
final class Closing {
    private final QueuePool pool;
    private final Lending lending;
    private final Queueing queueing;
    private final Upkeep upkeep;
    private final Logger log;
    private final Registration registration;

    /// Shows the pool, if it is to be shown: from now on until it is closed.
    Closing(QueuePool pool, Lending lending, Queueing queueing, Upkeep upkeep, Logger log) {
        this.pool = pool;
        this.lending = lending;
        this.queueing = queueing;
        this.upkeep = upkeep;
        this.log = log;
        this.registration = pool.config().jmx() ? Registration.of(pool) : Registration.NONE;
    }

    /// @param bound nanoseconds to wait for what is lent
    void close(long bound) {
        if (!lending.close()) {
            return;
        }
        registration.end();
        queueing.failAll();
        pool.retireIdle();
        upkeep.stop();
        pool.dropped().look(pool.now());
        lending.await(pool.line()::isVacant, pool.now() + bound);
        pool.dropped().look(pool.now());
        for (Slot slot : pool.line().slots()) {
            Loan loan = slot.loan();
            if (loan != null) {
                cut(slot, loan);
            }
        }
        log.debug("Pool '{}' closed", pool.name());
    }

    /// Cuts a connection that did not come back. The driver may hang while it does.
    private void cut(Slot slot, Loan loan) {
        loan.breakDown();
        pool.scheduling().execute(() -> pool.physical().abort(slot.text, loan.driver()));
    }
}
