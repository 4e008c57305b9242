package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;

/// The end of a pool: nobody gets a connection any more, idle ones are closed, lent ones waited for. What
/// still runs is cancelled, and those that do not come back in time are cut.
final class Closing {
    /// How long drivers have, at most, to cancel what runs.
    static final Duration CANCELLING = Duration.ofMillis(500);

    private final QueuePool pool;
    private final Lending lending;
    private final Logger log;

    /// What is done at once. Each is done although another has no memory for all of its own, which is thrown later.
    private final Runnable[] steps;

    /// Shows the pool, if it is to be shown: from now on until it is closed.
    Closing(QueuePool pool, Lending lending, Queueing queueing, Upkeep upkeep, Logger log) {
        this.pool = pool;
        this.lending = lending;
        this.log = log;
        Registration registration = pool.config().jmx() ? Registration.of(pool) : Registration.NONE;
        this.steps = new Runnable[] {
            registration::end,
            queueing::failAll,
            pool::retireIdle,
            pool.explainer()::stop,
            upkeep::stop,
            () -> pool.dropped().look(pool.now())
        };
    }

    /// @param bound nanoseconds to wait for what is lent
    void close(long bound) {
        if (!lending.close()) {
            return;
        }
        Error lack = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (Error e) {
                lack = e;
            }
        }
        try {
            drain(bound);
            pool.dropped().look(pool.now());
        } catch (Error e) {
            lack = e;
        } finally {
            cut(lent());
        }
        log.debug("Pool '{}' closed", pool.name());
        if (lack != null) {
            throw lack;
        }
    }

    /// Waits for what is lent. What still runs shortly before the end is cancelled: its borrower may yet
    /// return it.
    private void drain(long bound) {
        long end = pool.now() + bound;
        long early = Math.min(CANCELLING.toNanos(), bound / 10);
        boolean vacant = lending.await(pool.line()::isVacant, end - early);
        if (!vacant && early > 0 && !Thread.currentThread().isInterrupted()) {
            cancel(lent());
            lending.await(pool.line()::isVacant, end);
        }
    }

    private List<Loan> lent() {
        return Stream.of(pool.line().slots())
                .map(Slot::loan)
                .filter(Objects::nonNull)
                .toList();
    }

    /// Cuts what did not come back: cancels what runs, then aborts. A driver may hang at either.
    private void cut(List<Loan> lent) {
        lent.forEach(Loan::breakDown);
        AtomicInteger left = cancel(lent);
        if (left.get() == 0) {
            lent.forEach(this::abort);
        } else {
            pool.scheduling().execute(() -> {
                lending.await(() -> left.get() == 0, pool.now() + CANCELLING.toNanos());
                lent.forEach(this::abort);
            });
        }
    }

    private void abort(Loan loan) {
        Slot slot = loan.slot;
        pool.scheduling().execute(() -> pool.physical().ends().abort(slot.text, loan.driver()));
    }

    /// Has the drivers cancel what runs, all at once: a server works on, and commits, for a client that is
    /// gone.
    ///
    /// @return how many have not done so yet
    private AtomicInteger cancel(List<Loan> lent) {
        List<Loan> running = lent.stream().filter(Closing::runs).toList();
        AtomicInteger left = new AtomicInteger(running.size());
        running.forEach(loan -> cancel(loan, left));
        return left;
    }

    private static boolean runs(Loan loan) {
        return loan.slot.lends(loan) && loan.slot.meter.runs();
    }

    private void cancel(Loan loan, AtomicInteger left) {
        long since = loan.sqlSince();
        try {
            pool.scheduling().executor().execute(() -> {
                pool.physical()
                        .ends()
                        .cancel(loan.slot.text, loan.opened(), () -> runs(loan) && loan.sqlSince() == since);
                left.decrementAndGet();
                lending.changed();
            });
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // no thread to be had: it is aborted all the same
            left.decrementAndGet();
        }
    }
}
