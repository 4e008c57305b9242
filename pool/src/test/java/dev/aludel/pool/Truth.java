package dev.aludel.pool;

import java.util.HashSet;
import java.util.Set;

/// What is to be said of a trouble.
///
/// @param must what has to be named
/// @param may  what may be named beside it, or instead if nothing must be
record Truth(Set<Class<? extends Diagnosis>> must, Set<Class<? extends Diagnosis>> may) {
    /// Nothing has to be named.
    static Truth none() {
        return new Truth(Set.of(), Set.of());
    }

    static Truth is(Class<? extends Diagnosis> must) {
        return new Truth(Set.of(must), Set.of());
    }

    /// Beside it this may be named.
    Truth orAlso(Class<? extends Diagnosis> other) {
        Set<Class<? extends Diagnosis>> all = new HashSet<>(may);
        all.add(other);
        return new Truth(must, all);
    }

    /// It takes what is nearly something else, of which nobody could tell more.
    Truth orMerelyInDatabase() {
        return orAlso(Diagnosis.InDatabase.class)
                .orAlso(Diagnosis.SlowSql.class)
                .orAlso(Diagnosis.TooSmall.class);
    }

    /// Whatever was due may be named, and need not be.
    Truth ifAtAll() {
        Set<Class<? extends Diagnosis>> all = new HashSet<>(may);
        all.addAll(must);
        return new Truth(Set.of(), all);
    }

    boolean allows(Diagnosis diagnosis) {
        return must.contains(diagnosis.getClass()) || may.contains(diagnosis.getClass());
    }

    /// Something that can go wrong, how much of it and when being drawn.
    interface Case {
        String name();

        /// Sets the stage, and tells what is to be said.
        Truth begin(Stage stage);
    }
}
