package dev.aludel.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// How a thread waits, and by what time: the two must fit. Who parks in real time until a ticker that
/// stands still has moved would wait for ever.
record Pausing(LongSupplier ticker, LongConsumer park) {
    static final Pausing IN_REAL_TIME = new Pausing(System::nanoTime, LockSupport::parkNanos);
}
