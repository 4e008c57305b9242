package dev.aludel.pool;

/// Keeps the fields of a subclass off the cache lines of whatever lies before it in memory. So two threads that work on
/// two slots do not slow each other down (false sharing: Intel's optimisation manual, "prefetches lines in pairs").
@SuppressWarnings("unused") // for the room they take
abstract class Padded {
    private long p0;
    private long p1;
    private long p2;
    private long p3;
    private long p4;
    private long p5;
    private long p6;
    private long p7;
    private long p8;
    private long p9;
    private long p10;
    private long p11;
    private long p12;
    private long p13;
    private long p14;
    private long p15;
}
