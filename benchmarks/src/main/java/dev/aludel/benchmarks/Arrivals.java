package dev.aludel.benchmarks;

import java.util.SplittableRandom;

/// When the requests of an open load arrive and how long each works in the database: a Poisson process and
/// exponential times, both drawn from one seed, so that all who are measured get the same requests at the same
/// instants.
final class Arrivals {
    private final SplittableRandom gaps;
    private final SplittableRandom works;
    private final double meanGap;
    private final double meanWork;
    private double at;

    /// One request.
    ///
    /// @param at   nanoseconds after the load began
    /// @param work seconds in the database
    record Arrival(long at, double work) {}

    /// @param rate     requests a second
    /// @param meanWork seconds
    Arrivals(double rate, double meanWork, long seed) {
        this.gaps = new SplittableRandom(seed);
        this.works = gaps.split();
        this.meanGap = 1e9 / rate;
        this.meanWork = meanWork;
    }

    Arrival next() {
        at += exponential(gaps, meanGap);
        return new Arrival((long) at, exponential(works, meanWork));
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }
}
