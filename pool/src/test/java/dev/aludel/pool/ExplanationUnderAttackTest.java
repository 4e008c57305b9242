package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.example.Callers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever labels and statements hold, and whatever becomes of the look at the server: the explanation
/// comes, in time, in lines of its own, and says what could not be seen.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplanationUnderAttackTest {
    private static final int SIZE = 3;
    private static final Duration PATIENCE = ofSeconds(5);
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n]]");

    /// No explanation of so few is longer, whoever wrote the SQL.
    private static final int LONGEST = 8_000;

    private final VirtualStage stage = new VirtualStage(1);

    static List<String> hostile() {
        return List.of(
                "GET /\r\nwhy:  nothing at all (certain)",
                "GET /\n\n\n",
                "\u001b[2J\u001b[31mred",
                "${jndi:ldap://example.org/a} #{1+1} %s %n {}",
                "<script>alert(1)</script>",
                "a\u202eb\u2028c\u2029d\u0000e",
                "x".repeat(1_000_000),
                "/* ' \" $$ */".repeat(80_000),
                "'".repeat(1_001),
                "");
    }

    private Explanation told() {
        stage.settings.size(SIZE).maxOverflow(0);
        stage.waitsInVain(Stage.SECOND, PATIENCE);
        return stage.play().orElseThrow();
    }

    private static void assertPlain(String text) {
        assertThat(text).hasSizeLessThan(LONGEST);
        assertThat(CONTROL.matcher(text).find())
                .as("a control character in %s", text)
                .isFalse();
        assertThat(text.lines()).allMatch(line -> line.matches("(QueuePool|Pool|why:|who:|load:|try:|see:|      ).*"));
    }

    // F64
    @ParameterizedTest
    @MethodSource("hostile")
    void labels_stay_in_their_line_and_are_cut(String label) {
        for (int i = 0; i < SIZE; i++) {
            stage.does("holder", () -> Callers.goesToLunch(stage, label));
        }

        assertPlain(told().text());
    }

    // F64
    @ParameterizedTest
    @MethodSource("hostile")
    void statements_stay_in_their_line_and_are_cut(String sql) {
        for (int i = 0; i < SIZE; i++) {
            stage.does("holder", () -> Callers.reports(stage, "GET /report", "select 1 " + sql, Stage.FOR_GOOD));
        }

        Explanation explanation = told();

        assertPlain(explanation.text());
        assertThat(explanation.holders())
                .allSatisfy(holder -> assertThat(holder.lastSql()).hasSizeLessThanOrEqualTo(500));
    }

    private Explanation toldIfTheLookDoes(ConnectionSource source) {
        int[] opened = {0};
        stage.connects(() -> opened[0]++ < SIZE ? stage.database.connect() : source.connect());
        for (int i = 0; i < SIZE; i++) {
            stage.does("holder", () -> Callers.reports(stage, "GET /report", "select 1", Stage.FOR_GOOD));
        }
        return told();
    }

    private static void assertNotSeen(Explanation explanation, String why) {
        assertThat(explanation.waited()).isEqualTo(PATIENCE);
        assertThat(explanation.server().gaps()).containsExactly("the server: " + why);
        assertThat(explanation.diagnoses()).singleElement().isInstanceOfSatisfying(Diagnosis.InDatabase.class, busy -> {
            assertThat(busy.confidence()).isEqualTo(Confidence.CERTAIN);
            assertThat(busy.notSeen()).isEqualTo("the server: " + why);
        });
    }

    @Test
    void a_look_that_hangs_keeps_nobody() {
        Explanation explanation = toldIfTheLookDoes(() -> {
            stage.rest(Stage.FOR_GOOD);
            throw new SQLException("in the end", "08001");
        });

        assertNotSeen(explanation, "it has not answered in time");
    }

    @Test
    void a_look_that_is_refused_is_said_by_kind_and_state_only() {
        Explanation explanation = toldIfTheLookDoes(() -> {
            throw new SQLException("canary", "28P01");
        });

        assertNotSeen(explanation, "it could not be asked (SQLException 28P01)");
        assertThat(explanation.toString()).doesNotContain("canary");
    }

    @Test
    void a_look_without_a_connection_is_said() {
        assertNotSeen(toldIfTheLookDoes(ExplanationUnderAttackTest::nothing), "the connection source returned null");
    }

    @SuppressWarnings("NullAway") // that it gives null is the fault
    private static Connection nothing() {
        return null;
    }

    @Test
    void a_look_whose_driver_throws_whatever_is_said() {
        Explanation explanation = toldIfTheLookDoes(() -> {
            throw new IllegalStateException("canary");
        });

        assertNotSeen(explanation, "it could not be asked (IllegalStateException)");
    }

    @Test
    void a_look_without_rights_says_which_are_missing() {
        stage.server.refuses();
        for (int i = 0; i < SIZE; i++) {
            stage.does("holder", () -> Callers.reports(stage, "GET /report", "select 1", Stage.FOR_GOOD));
        }

        Explanation explanation = told();

        assertThat(explanation.server().gaps())
                .containsExactly("its sessions: not for this user", "its locks: not for this user");
        assertThat(explanation.text()).contains("its sessions: not for this user; its locks: not for this user");
    }

    @Test
    void a_listener_that_throws_costs_nobody_his_explanation() {
        stage.settings.listener(new PoolListener() {
            @Override
            public void timedOut(PoolTimeoutException timeout) {
                throw new IllegalStateException("a listener may throw anything");
            }
        });
        for (int i = 0; i < SIZE; i++) {
            stage.does("holder", () -> Callers.goesToLunch(stage, "PUT /seats"));
        }

        assertThat(told().diagnoses()).singleElement().isInstanceOf(Diagnosis.IdleInTransaction.class);
    }

    /// Whoever looks would open a connection to a server from which the pool is to be away.
    @Test
    void a_pool_that_is_suspended_looks_at_nothing() {
        int[] opened = {0};
        stage.connects(() -> {
            opened[0]++;
            return stage.database.connect();
        });
        stage.does("operator", () -> stage.pool().suspend(Duration.ZERO));

        Explanation explanation = told();

        assertThat(explanation.diagnoses()).singleElement().isInstanceOf(Diagnosis.Suspended.class);
        assertThat(opened[0]).isZero();
    }
}
