package dev.aludel.pool;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// One drawn run: a trouble, what is to be said of it, and what was.
///
/// @param told nothing if the caller was served after all
record DrawnTrouble(long seed, String name, Truth truth, Optional<Explanation> told) {
    private static final List<Truth.Case> CASES = Stream.of(
                    Stream.of(Trouble.values()),
                    Stream.of(FlowTrouble.values()),
                    Stream.of(ConnectingTrouble.values()),
                    Stream.<Truth.Case>of(new Two()))
            .flatMap(cases -> cases)
            .<Truth.Case>map(one -> one)
            .toList();

    /// A part of all runs: two troubles at once.
    private static final double MIXED = 0.2;

    private record Two() implements Truth.Case {
        @Override
        public String name() {
            return "TWO_AT_ONCE";
        }

        @Override
        public Truth begin(Stage stage) {
            return Trouble.two(stage);
        }
    }

    static DrawnTrouble play(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Truth.Case drawn = random.nextDouble() < MIXED ? CASES.getLast() : CASES.get(random.nextInt(CASES.size()));
        Stage stage = new Stage(seed);
        Truth truth = drawn.begin(stage);
        return new DrawnTrouble(seed, drawn.name(), truth, stage.play());
    }

    List<Diagnosis> diagnoses() {
        return told.map(Explanation::diagnoses).orElse(List.of());
    }

    boolean names(Class<? extends Diagnosis> cause) {
        return diagnoses().stream().anyMatch(cause::isInstance);
    }

    /// Returns the names of what was said.
    List<String> said() {
        return diagnoses().stream()
                .map(diagnosis -> diagnosis.getClass().getSimpleName())
                .toList();
    }

    /// Returns what was said and is not so.
    List<Diagnosis> wrong() {
        return diagnoses().stream()
                .filter(diagnosis -> !truth.allows(diagnosis))
                .toList();
    }

    /// Returns what was not said.
    List<String> missing() {
        return truth.must().stream()
                .filter(cause -> !names(cause))
                .map(Class::getSimpleName)
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return "seed " + seed + " " + name + ": missing " + missing() + ", wrong " + wrong()
                + told.map(explanation -> "\n" + explanation.text()).orElse("\nserved");
    }
}
