package dev.aludel.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What happens to the calls that it fits: steps, done in order before the call itself, and how many calls it is for.
final class Rule {
    sealed interface Step {
        record Take(Duration duration, VirtualClock clock) implements Step {}

        record Hang(Gate gate) implements Step {}

        record Run(Runnable action) implements Step {}

        record Fail(Supplier<? extends Throwable> failure) implements Step {}

        record Give(@Nullable Object value) implements Step {}

        record Disconnect() implements Step {}
    }

    static final int FOR_EVER = Integer.MAX_VALUE;

    private final Predicate<Call> fits;
    private final List<Step> steps;
    private int left;

    Rule(Predicate<Call> fits, int calls, Step... steps) {
        this.fits = fits;
        this.left = calls;
        this.steps = new CopyOnWriteArrayList<>(steps);
    }

    void then(Step step) {
        steps.add(step);
    }

    List<Step> steps() {
        return steps;
    }

    boolean fits(Call call) {
        return fits.test(call);
    }

    boolean isForEver() {
        return left == FOR_EVER;
    }

    /// Uses the rule for one call. Tells whether that was its last.
    boolean useUp() {
        return !isForEver() && --left == 0;
    }
}
