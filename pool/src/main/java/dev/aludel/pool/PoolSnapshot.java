package dev.aludel.pool;

/// What a pool knows of itself at one instant.
///
/// The three states of a connection are counted in one pass, so that their sum is the number of open or opening
/// connections and never more than `size + maxOverflow`; after [Pool#resize] to fewer, as soon as those that are too
/// many have come back.
///
/// @param name        the pool's name
/// @param size        connections that are kept open
/// @param maxOverflow connections that may be opened beyond these
/// @param checkedOut  connections that somebody has
/// @param idle        open connections that nobody has
/// @param connecting  connections that are being opened, checked or closed
/// @param waiting     callers in the queue, and those who wait until their tenant has fewer connections
/// @param checkouts   checkouts so far, since the pool was built
/// @param timeouts    checkouts that found no connection in time, or were refused ([Settings#maxWaiting]), since the
///                    pool was built: each ended in a [PoolTimeoutException]
/// @param suspended   whether it lends nothing until [Pool#resume]
/// @param abandoned   calls of the driver (to open, check or close a connection) that were given up, because
///                    they did not end within the connect timeout, and have not come back; no more than
///                    `size + maxOverflow`
public record PoolSnapshot(
        String name,
        int size,
        int maxOverflow,
        int checkedOut,
        int idle,
        int connecting,
        int waiting,
        long checkouts,
        long timeouts,
        boolean suspended,
        int abandoned) {}
