package dev.aludel.benchmarks;

/// Jain's index of fairness, `(sum of x)² / (n × sum of x²)`: 1 when all got the same, 1/n when one got it all.
///
/// See R. Jain, D. Chiu, W. Hawe (1984), "A Quantitative Measure of Fairness and Discrimination", DEC-TR-301.
final class Jain {
    private Jain() {}

    /// Returns the index of what each caller got. Where nobody got anything it is not defined: 0 here, so that
    /// a pool that serves nobody does not look fair.
    static double index(long[] trips) {
        double sum = 0;
        double squares = 0;
        for (long trip : trips) {
            sum += trip;
            squares += (double) trip * trip;
        }
        return squares == 0 ? 0 : sum * sum / (trips.length * squares);
    }
}
