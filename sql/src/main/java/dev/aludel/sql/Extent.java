package dev.aludel.sql;

import org.jspecify.annotations.Nullable;

/// Which rows an update or delete is about. Not saying it is a mistake that empties tables, so it must be said.
record Extent(@Nullable Condition condition, boolean isSaid) {
    static final Extent UNSAID = new Extent(null, false);

    Extent where(Condition... conditions) {
        if (conditions.length == 0) return this;
        if (isSaid && condition == null) throw contradiction();
        return new Extent(SelectBody.all(condition, conditions), true);
    }

    Extent everywhere() {
        if (condition != null) throw contradiction();
        return new Extent(null, true);
    }

    private static IllegalStateException contradiction() {
        return new IllegalStateException("where(…) and everywhere() contradict each other: call one of them");
    }

    void check(String what) {
        if (isSaid) return;
        throw new IllegalStateException(
                what + " has no condition: add where(…), or everywhere() if all rows are meant");
    }
}
