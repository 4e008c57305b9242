package dev.aludel.pool;

import java.util.Map;

/// A pool as JMX shows it, if [Settings#jmx] asks for it: `dev.aludel:type=Pool,name=…`.
///
/// The numbers are those of [PoolSnapshot], each of an instant of its own.
public interface PoolMXBean {
    /// Returns connections that are kept open.
    int getSize();

    /// Returns connections that may be opened beyond these.
    int getMaxOverflow();

    /// Returns connections that somebody has.
    int getCheckedOut();

    /// Returns open connections that nobody has.
    int getIdle();

    /// Returns connections that are being opened, checked or closed.
    int getConnecting();

    /// Returns callers in the queue.
    int getWaiting();

    /// Returns checkouts so far.
    long getCheckouts();

    /// Returns checkouts so far that found no connection in time.
    long getTimeouts();

    /// Returns calls of the driver that were given up and have not come back.
    int getAbandoned();

    /// Returns whether the pool lends nothing until [#resume].
    boolean isSuspended();

    /// Returns the settings by name, times in ISO form; none that may hold a secret.
    Map<String, String> getSettings();

    /// Returns what a timeout would say now, see [Pool#explain].
    String explain();

    /// Makes every connection that is open now one that is not lent again, see [Pool#invalidate].
    void invalidate();

    /// Changes how many connections there may be, see [Pool#resize].
    void resize(int size, int maxOverflow);

    /// Stops lending, see [Pool#suspend]. Does not wait for lent connections.
    ///
    /// @return whether all connections are closed
    boolean suspend();

    /// Lends again, see [Pool#resume].
    void resume();
}
