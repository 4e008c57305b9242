package dev.aludel.benchmarks;

import java.time.Duration;
import java.util.Locale;

/// A while in which requests arrive at one rate.
///
/// Who arrives in the lead-in, while the queue is still building up, does not count, nor who might be spared by the
/// end of the load, before which a request has had all of its time.
///
/// @param factor  the rate, as a multiple of the capacity
/// @param back    whether it follows an overload, without a pause
/// @param leadIn  how long it takes until requests count
/// @param leadOut how long before the end they cease to
record LoadStep(double factor, boolean back, Duration length, Duration leadIn, Duration leadOut) {
    /// A step of the ladder.
    static LoadStep of(double factor, Duration length, Duration leadOut) {
        return new LoadStep(factor, false, length, length.dividedBy(10), leadOut);
    }

    /// What comes after the highest: requests count at once.
    static LoadStep backTo(double factor, Duration length, Duration leadOut) {
        return new LoadStep(factor, true, length, Duration.ZERO, leadOut);
    }

    /// Returns how long requests count.
    Duration counted() {
        return length.minus(leadIn).minus(leadOut);
    }

    boolean counts(long at) {
        return at >= leadIn.toNanos() && at < length.minus(leadOut).toNanos();
    }

    /// Such as `0.8`, `10`, `back to 0.8`.
    String title() {
        return title(factor, back);
    }

    static String title(double factor, boolean back) {
        String number = factor == Math.rint(factor)
                ? String.format(Locale.ROOT, "%.0f", factor)
                : String.format(Locale.ROOT, "%s", factor);
        return back ? "back to " + number : number;
    }
}
