package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A sample of the troubles of [DiagnosesTest], drawn in the same way, and played with real threads on
/// a PostgreSQL, many at a time: most of what they do is to wait.
///
/// A run during which the machine was late is excused: nothing is due then, and nothing may be called
/// certain that is not so all the same. If most are, they are played again, and if most still are, the
/// test is skipped: nothing can be seen on such a machine. `-Ddiagnoses.first=N` begins with another seed,
/// `-Ddiagnoses.runs=N` plays so many. The page is compared with nothing, since times are real; only the
/// long form writes it, and only with `-Ddiagnoses.write=true`.
@DisplayNameGeneration(ReplaceUnderscores.class)
class DiagnosesOnPostgresTest {
    private static final Path PAGE = Path.of("..", "docs", "diagnoses.md");
    private static final String BEGIN = "<!-- written by DiagnosesOnPostgresTest: -->\n";
    private static final String END = "<!-- up to here -->\n";

    private static final int AT_ONCE = 16;
    private static final int A_FEW = 4;
    private static final int AGAIN = 3;
    private static final int FEW = 16;
    private static final int MANY = 320;

    /// What is due is named, nearly always.
    private static final double RECALL = 0.95;

    /// Of so many runs on the average one may have something that is not so, if it is not called certain.
    private static final int WRONG_IN = 20;

    private static Postgres server = Postgres.shared();
    private static String database = "";

    @BeforeAll
    static void starts() throws Exception {
        server = Postgres.start(20 * AT_ONCE);
        database = server.createDatabase("drawn");
        try (Connection connection = server.dataSource(database).getConnection()) {
            PostgresStage.build(connection, AT_ONCE);
        }
    }

    @AfterAll
    static void ends() {
        server.close();
    }

    @Test
    void are_right_in_a_sample_of_the_drawn_troubles() throws Exception {
        judge(played(Long.getLong("diagnoses.first", 1), Integer.getInteger("diagnoses.runs", FEW)));
    }

    @Test
    @Tag("full")
    void are_right_in_a_few_hundred() throws Exception {
        List<DrawnTrouble> runs = played(2_000_000, MANY);
        judge(runs);
        if (Boolean.getBoolean("diagnoses.write")) {
            write(runs);
        }
    }

    @Test
    void would_not_pass_if_they_were_wrong_or_missing() {
        Optional<Explanation> told = DrawnTrouble.play(1).told();
        DrawnTrouble wrong = new DrawnTrouble(1, "WRONG", Truth.is(NotConnected.ReadOnly.class), told);
        DrawnTrouble missing = new DrawnTrouble(1, "MISSING", wrong.truth(), Optional.empty());

        assertThatThrownBy(() -> judge(List.of(wrong))).hasMessageContaining("seed 1 WRONG");
        assertThatThrownBy(() -> judge(List.of(missing))).hasMessageContaining("seed 1 MISSING");
    }

    /// Plays so many, and those that are excused again and again, a few at once: a process is late most of all at its
    /// beginning.
    private static List<DrawnTrouble> played(long first, int runs) throws InterruptedException {
        List<Long> seeds = LongStream.range(first, first + runs).boxed().toList();
        List<DrawnTrouble> played = new ArrayList<>(played(seeds, AT_ONCE));
        for (int again = 0; again < AGAIN; again++) {
            List<DrawnTrouble> excused =
                    played.stream().filter(DrawnTrouble::isExcused).toList();
            if (excused.size() <= runs / 2) {
                break;
            }
            tellNoLies(excused);
            played.removeAll(excused);
            played.addAll(played(excused.stream().map(DrawnTrouble::seed).toList(), A_FEW));
        }
        return played;
    }

    /// Plays each as soon as there is a place for it.
    private static List<DrawnTrouble> played(List<Long> seeds, int atOnce) throws InterruptedException {
        Queue<Integer> numbers =
                new ConcurrentLinkedQueue<>(IntStream.range(0, atOnce).boxed().toList());
        Semaphore places = new Semaphore(atOnce);
        List<Caller<DrawnTrouble>> playing = new ArrayList<>();
        for (long seed : seeds) {
            places.acquire();
            playing.add(start(seed, numbers, places));
        }
        places.acquire(atOnce);
        return playing.stream().map(Caller::result).toList();
    }

    private static Caller<DrawnTrouble> start(long seed, Queue<Integer> numbers, Semaphore places) {
        return Caller.start("seed " + seed, () -> {
            int number = numbers.remove();
            try {
                return DrawnTrouble.play(seed, new PostgresStage(server, database, number, seed));
            } finally {
                numbers.add(number);
                places.release();
            }
        });
    }

    private static void judge(List<DrawnTrouble> runs) {
        tellNoLies(runs);
        List<DrawnTrouble> notRight = notRight(runs);
        List<DrawnTrouble> counted =
                runs.stream().filter(run -> !run.isExcused()).toList();
        assumeThat(counted) // a slow machine is no fault of the pool
                .as("runs of %s on a machine that is not late all the time", runs.size())
                .hasSizeGreaterThanOrEqualTo(runs.size() / 2);
        assertThat(counted).as("who was served").allMatch(run -> run.told().isPresent());
        List<Scores.Score> scores = new Scores(counted).all();
        long due = scores.stream().mapToLong(Scores.Score::due).sum();
        long found = scores.stream().mapToLong(Scores.Score::found).sum();
        assertThat((double) found).as("of %d: %s", due, notRight).isPositive().isGreaterThanOrEqualTo(RECALL * due);
        assertThat(counted.stream().filter(run -> !run.wrong().isEmpty()))
                .as("%s", notRight)
                .hasSizeLessThanOrEqualTo(counted.size() / WRONG_IN);
    }

    /// Whatever a machine does.
    private static void tellNoLies(List<DrawnTrouble> runs) {
        assertThat(new Scores(runs).all())
                .allSatisfy(score -> assertThat(score.lies())
                        .as("called certain and not so: %s, %s", score, notRight(runs))
                        .isZero());
    }

    private static List<DrawnTrouble> notRight(List<DrawnTrouble> runs) {
        return runs.stream().filter(run -> !run.isRight()).toList();
    }

    private static void write(List<DrawnTrouble> runs) throws IOException {
        String page = Files.readString(PAGE);
        long excused = runs.stream().filter(DrawnTrouble::isExcused).count();
        Files.writeString(
                PAGE,
                page.substring(0, page.indexOf(BEGIN)) + BEGIN + "Excused: " + excused + " of " + runs.size() + ".\n\n"
                        + new Scores(runs).tables() + page.substring(page.indexOf(END)));
    }
}
