package dev.aludel.pool;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// One drawn run: a trouble, what is to be said of it, and what was.
///
/// @param told nothing if the caller was served after all
record DrawnTrouble(long seed, String name, Truth truth, Optional<Explanation> told) {
    private static final List<Truth.Case> CASES = Stream.of(
                    Stream.of(Trouble.values()),
                    Stream.of(OwnTrouble.values()),
                    Stream.of(FlowTrouble.values()),
                    Stream.of(CrossingTrouble.values()),
                    Stream.of(ConnectingTrouble.values()),
                    Stream.<Truth.Case>of(new Two()))
            .flatMap(cases -> cases)
            .<Truth.Case>map(one -> one)
            .toList();

    /// Those that can be acted out with a server, and real threads.
    private static final List<Truth.Case> ON_POSTGRES = Stream.of(
                    EnumSet.complementOf(EnumSet.of(
                                    Trouble.POOLER,
                                    Trouble.NEARLY_A_POOLER,
                                    Trouble.RESET_SLOW,
                                    Trouble.NEARLY_A_SLOW_RESET,
                                    Trouble.UNSEEN,
                                    Trouble.PAUSED,
                                    Trouble.NEARLY_PAUSED))
                            .stream(),
                    Stream.of(RefusedByPostgres.values()),
                    Stream.<Truth.Case>of(new Two()))
            .flatMap(cases -> cases)
            .<Truth.Case>map(one -> one)
            .toList();

    /// What only the server knows.
    private static final Set<Class<? extends Diagnosis>> OF_THE_SERVER =
            Set.of(Diagnosis.SlowSql.class, Diagnosis.LockedByOther.class, Diagnosis.LockedByOwn.class);

    /// By so much a machine may be late, and the shortest wait is still nearly what was to be played.
    private static final Duration TOO_LATE = Duration.ofMillis(150);

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
        Truth.Case drawn = drawn(seed, CASES);
        Stage stage = new VirtualStage(seed);
        Truth truth = drawn.begin(stage);
        return new DrawnTrouble(seed, drawn.name(), truth, stage.play());
    }

    /// Plays one on a stage with a real server.
    static DrawnTrouble play(long seed, PostgresStage stage) {
        Truth.Case drawn = drawn(seed, ON_POSTGRES);
        Truth truth = drawn.begin(stage);
        Optional<Explanation> told = stage.play();
        boolean isDue = stage.late().compareTo(TOO_LATE) < 0 && !isNotSeen(truth, told);
        return new DrawnTrouble(seed, drawn.name(), isDue ? truth : excused(truth), told);
    }

    /// Whether the server would have had to be looked at, and had no time to answer.
    private static boolean isNotSeen(Truth truth, Optional<Explanation> told) {
        return truth.must().stream().anyMatch(OF_THE_SERVER::contains)
                && told.stream().anyMatch(one -> !one.server().gaps().isEmpty());
    }

    private static Truth excused(Truth truth) {
        return truth.ifAtAll().orMerelyInDatabase().orAlso(Diagnosis.Paused.class);
    }

    private static Truth.Case drawn(long seed, List<Truth.Case> cases) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.nextDouble() < MIXED ? cases.getLast() : cases.get(random.nextInt(cases.size()));
    }

    /// Whether the machine was too slow to say what was due.
    boolean isExcused() {
        return truth.must().isEmpty() && truth.may().contains(Diagnosis.Paused.class);
    }

    /// Whether somebody was told all that was due, and nothing that is not so.
    boolean isRight() {
        return told.isPresent() && missing().isEmpty() && wrong().isEmpty();
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
