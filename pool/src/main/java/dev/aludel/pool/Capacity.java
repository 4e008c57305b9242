package dev.aludel.pool;

/// How many connections a pool may have.
///
/// @param size        that are kept open
/// @param maxOverflow that may be opened beyond these
record Capacity(int size, int maxOverflow) {
    int total() {
        return size + maxOverflow;
    }

    /// Returns the slot from which on connections are about to run out: the last quarter, and one at least.
    int scarceFrom() {
        return total() - Math.max(1, total() / 4);
    }
}
