package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VerdictTest {
    private static final double CAPACITY = 100;

    private static final int WAITING = 4;

    private final Accounts accounts = new Accounts();
    private final History.Tally tally = new History.Tally();
    private final Map<ConnectTrouble, Integer> troubles = new EnumMap<>(ConnectTrouble.class);
    private List<Diagnosis> others = List.of();
    private Course course = course(0, 0);
    private ServerWords words = ServerWords.NONE;
    private final Account holds = accounts.of("GET /holds", null);
    private final Account report = accounts.of("report", new Site("dev.example.Report", "run", "Report.java", 12));

    private void used(Account account, double held, double inSql) {
        tally.add(account.id(), History.HELD, held * 1e9);
        tally.add(account.id(), History.SQL, inSql * 1e9);
    }

    private Diagnosis verdict(boolean lacking, double guessed, @Nullable Throwable lastFailure, Holder... holders) {
        Config config = new Settings()
                .connections(() -> {
                    throw new SQLException("not asked for here");
                })
                .readScope("sessions.read")
                .config();
        List<Diagnosis> diagnoses = new Verdict(
                        config,
                        accounts,
                        tally,
                        CAPACITY,
                        lacking,
                        guessed,
                        List.of(holders),
                        WAITING,
                        List.of(),
                        connects(3, 2, lastFailure),
                        lastFailure,
                        troubles,
                        course,
                        ServerReport.unseen("it was not asked"),
                        words)
                .diagnoses();
        others = diagnoses.subList(1, diagnoses.size());
        return diagnoses.getFirst();
    }

    private static NotConnected.Connects connects(int open, int connecting, @Nullable Throwable failure) {
        return new NotConnected.Connects(
                open, 10, connecting, List.of(), 0, failure == null ? null : Text.kind(failure));
    }

    private static Course course(double stood, int opened) {
        return new Course(10, 10, stood, opened, 0, Duration.ZERO, Double.NaN, true, true, null);
    }

    private Diagnosis verdict(Holder... holders) {
        return verdict(false, 0, null, holders);
    }

    private static Holder holder(String label, boolean wrote, String... doing) {
        return new Holder(
                "trips#1",
                label,
                "Trips.holds(Trips.java:47)",
                Duration.ofSeconds(1),
                null,
                Duration.ofSeconds(1),
                true,
                wrote,
                "select ?",
                null,
                Holder.Owner.WORKING,
                true,
                null,
                null,
                null,
                List.of(doing));
    }

    @ParameterizedTest
    @CsvSource({"50, HeldOutsideSql", "49.9, Unknown", "0, Unknown", "100, HeldOutsideSql"})
    void is_held_outside_sql_from_half_of_the_time_on(double outside, String diagnosis) {
        used(holds, outside, 0);

        assertThat(verdict().getClass().getSimpleName()).isEqualTo(diagnosis);
    }

    @ParameterizedTest
    @CsvSource({"50, InDatabase", "49.9, Unknown", "100, InDatabase"})
    void is_in_the_database_from_half_of_the_time_on(double inSql, String diagnosis) {
        used(holds, inSql, inSql);

        assertThat(verdict().getClass().getSimpleName()).isEqualTo(diagnosis);
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, pg_stat_activity", "MARIADB, SHOW FULL PROCESSLIST", "H2, information_schema.sessions"})
    void names_the_views_that_the_server_has(ServerWords its, String view) {
        words = its;
        used(holds, 100, 100);

        assertThat(verdict().remedy()).contains("and what they wait for (" + view);
    }

    /// MariaDB's `wait_timeout` is always on, and would end what the pool keeps idle as well.
    @Test
    void names_the_limit_that_ends_a_forgotten_transaction_and_nothing_else() {
        assertThat(ServerWords.MARIADB.idleLimit)
                .isEqualTo("; a limit at the server (idle_transaction_timeout) would have ended it");
    }

    @Test
    void names_none_of_a_server_that_is_not_known() {
        used(holds, 100, 100);

        assertThat(verdict().remedy()).contains("and what they wait for; a bigger pool");
    }

    @Test
    void knows_a_server_by_its_name_even_if_somebody_has_changed_what_it_answers() {
        assertThat(List.of(Server.postgres(), Server.mariaDb(), Server.h2(), Server.sqlite()))
                .extracting(ServerWords::of)
                .containsExactly(ServerWords.POSTGRESQL, ServerWords.MARIADB, ServerWords.H2, ServerWords.NONE);
        assertThat(ServerWords.of(new ForwardingServer(Server.mariaDb()) {})).isEqualTo(ServerWords.MARIADB);
    }

    @ParameterizedTest
    @CsvSource({"90, 0, CERTAIN", "89.9, 0, LIKELY", "80, 10, CERTAIN", "80, 9.9, LIKELY"})
    void is_certain_when_nine_tenths_of_the_time_are_accounted_for(double held, double resetting, Confidence expected) {
        used(holds, held, 0);
        tally.add(holds.id(), History.RESETTING, resetting * 1e9);

        assertThat(verdict().confidence()).isEqualTo(expected);
    }

    @Test
    void is_not_certain_about_a_time_that_is_not_a_callers_own_wait() {
        used(holds, 100, 0);

        assertThat(verdict(false, CAPACITY, null).confidence()).isEqualTo(Confidence.LIKELY);
    }

    @ParameterizedTest
    @CsvSource({"100, 0, 50, CERTAIN", "100, 0, 50.1, LIKELY", "100, 70, 20, CERTAIN", "100, 70, 20.1, LIKELY"})
    void is_certain_only_if_it_would_stand_even_if_all_guesses_were_wrong(
            double held, double inSql, double guessed, Confidence expected) {
        used(holds, held, inSql);

        assertThat(verdict(false, guessed, null).confidence()).isEqualTo(expected);
    }

    @Test
    void shares_the_time_out_the_largest_first() {
        used(holds, 20, 5);
        used(report, 80, 10);

        assertThat(((Diagnosis.HeldOutsideSql) verdict()).shares())
                .containsExactly(
                        new Diagnosis.Share("report", "Report.run(Report.java:12)", 70),
                        new Diagnosis.Share("GET /holds", null, 15));
    }

    @Test
    void leaves_out_shares_that_nobody_would_notice() {
        used(holds, 0.05, 0);
        used(report, 80, 0);

        assertThat(((Diagnosis.HeldOutsideSql) verdict()).shares())
                .extracting(Diagnosis.Share::label)
                .containsExactly("report");
    }

    @Test
    void is_given_even_if_everybodys_share_is_tiny() {
        for (int i = 0; i < 2 * Accounts.LIMIT; i++) {
            accounts.of("label " + i, null);
        }
        accounts.all().forEach(account -> used(account, 0.51 * CAPACITY / Accounts.LIMIT, 0));

        assertThat(verdict()).isInstanceOf(Diagnosis.HeldOutsideSql.class);
    }

    @Test
    void of_lacking_connections_does_not_count_on_half_an_account() {
        used(holds, 60, 0);

        NotConnected lacking = (NotConnected) verdict(true, 0, null);

        assertThat(lacking.connects().open()).isEqualTo(3);
        assertThat(lacking.connects().connecting()).isEqualTo(2);
        assertThat(lacking.remedy()).startsWith("connecting takes longer than the callers wait");
    }

    @Test
    void is_the_accounts_if_a_connection_was_only_being_checked_when_the_wait_ended() {
        used(holds, 98, 0);

        assertThat(verdict(true, 0, null)).isInstanceOf(Diagnosis.HeldOutsideSql.class);
    }

    @Test
    void of_a_failure_to_connect_names_class_and_state_but_not_its_text() {
        NotConnected lacking = (NotConnected) verdict(true, 0, new SQLException("canary", "53300"));

        assertThat(lacking.connects().lastFailure()).isEqualTo("SQLException 53300");
        assertThat(lacking.remedy()).isEqualTo("lower the pools' sizes, or raise the server's limit");
        assertThat(lacking).isInstanceOf(NotConnected.ServerFull.class);
        assertThat(lacking.toString()).doesNotContain("canary");
        assertThat(((NotConnected) verdict(true, 0, new Error("canary")))
                        .connects()
                        .lastFailure())
                .isEqualTo("Error");
    }

    @Test
    void of_readers_names_the_read_scope_and_the_call_they_are_in() {
        used(holds, 100, 0);
        Holder fetching = holder(
                "GET /holds", false, "Thread.sleep", "Quotes.fetch(Quotes.java:18)", "Trips.holds(Trips.java:49)");

        assertThat(verdict(fetching, fetching).remedy())
                .isEqualTo("only reads so far: use sessions.read, or move Quotes.fetch out of the transaction");
    }

    @Test
    void of_readers_among_whom_one_wrote_is_that_of_a_writer() {
        used(holds, 100, 0);
        Holder reader = holder("GET /holds", false, "Thread.sleep", "Quotes.fetch(Quotes.java:18)");
        Holder writer = holder("GET /holds", true, "Thread.sleep", "Quotes.fetch(Quotes.java:18)");

        assertThat(verdict(reader, writer).remedy())
                .isEqualTo("move Quotes.fetch before the first write, or after the commit (an after-commit action, an"
                        + " outbox); an earlier commit would make final what was written so far");
    }

    @Test
    void does_not_go_by_holders_of_another_label() {
        used(holds, 100, 0);

        assertThat(verdict(holder("other", true, "Thread.sleep", "Other.call(Other.java:1)"))
                        .remedy())
                .doesNotContain("Other.call")
                .doesNotContain("only reads so far");
    }

    @Test
    void blames_nobody_for_time_that_was_not_seen() {
        used(holds, 90, 10);
        tally.add(holds.id(), History.UNSEEN, 70e9);

        Diagnosis verdict = verdict();

        assertThat(verdict).isEqualTo(new Diagnosis.Unknown(CAPACITY, 10, 10, 70));
        assertThat(verdict.remedy()).contains("leave the driver's own connection alone");
    }

    @Test
    void of_nothing_gives_what_was_measured() {
        used(holds, 40, 10);

        assertThat(verdict()).isEqualTo(new Diagnosis.Unknown(CAPACITY, 30, 10, 0));
    }

    @Test
    void of_a_failed_connect_is_not_certain_if_all_connections_are_open_by_now() {
        assertThat(full(9).confidence()).isEqualTo(Confidence.CERTAIN);
        assertThat(full(10).confidence()).isEqualTo(Confidence.LIKELY);
    }

    private static NotConnected full(int open) {
        NotConnected.Connects connects = connects(open, 10 - open, new SQLException("full", "53300"));
        return new NotConnected.ServerFull(connects, Occupancy.unseen("it was not asked"), "");
    }

    @Test
    void names_beside_what_took_most_of_the_time_whatever_took_more_than_three_tenths() {
        used(holds, 90, 35);

        assertThat(verdict()).isInstanceOf(Diagnosis.HeldOutsideSql.class);
        assertThat(others).singleElement().isInstanceOf(Diagnosis.InDatabase.class);
    }

    @Test
    void does_not_name_what_took_less() {
        used(holds, 90, 30);

        assertThat(verdict()).isInstanceOf(Diagnosis.HeldOutsideSql.class);
        assertThat(others).isEmpty();
    }

    @Test
    void is_two_likely_causes_if_they_took_most_of_the_time_together() {
        used(holds, 95, 48);

        assertThat(verdict()).isInstanceOf(Diagnosis.InDatabase.class);
        assertThat(others).singleElement().isInstanceOf(Diagnosis.HeldOutsideSql.class);
        assertThat(verdict().confidence()).isEqualTo(Confidence.LIKELY);
        assertThat(others).allMatch(other -> other.confidence() == Confidence.LIKELY);
    }

    @ParameterizedTest
    @CsvSource({"50, ResetSlow", "49.9, Unknown"})
    void is_a_slow_reset_from_half_of_the_time_on(double resetting, String diagnosis) {
        tally.add(holds.id(), History.RESETTING, resetting * 1e9);

        assertThat(verdict().getClass().getSimpleName()).isEqualTo(diagnosis);
    }

    @Test
    void of_a_slow_reset_says_how_long_each_took() {
        tally.add(holds.id(), History.RESETTING, 90e9);
        tally.add(holds.id(), History.CHECKOUTS, 300);

        Diagnosis.ResetSlow slow = (Diagnosis.ResetSlow) verdict();

        assertThat(slow.each()).isEqualTo(Duration.ofMillis(300));
        assertThat(slow.confidence()).isEqualTo(Confidence.CERTAIN);
    }

    @ParameterizedTest
    @CsvSource({"5, Paused", "4.9, HeldOutsideSql"})
    void is_a_pause_if_nothing_ran_for_half_of_the_wait(double stood, String diagnosis) {
        course = course(stood, 0);
        used(holds, 100, 0);

        assertThat(verdict().getClass().getSimpleName()).isEqualTo(diagnosis);
    }

    @Test
    void of_a_pause_names_beside_it_what_else_took_the_time() {
        course = course(5, 0);
        used(holds, 100, 0);

        assertThat(verdict()).isInstanceOf(Diagnosis.Paused.class);
        assertThat(others).singleElement().isInstanceOf(Diagnosis.HeldOutsideSql.class);
    }

    @Test
    void of_lacking_connections_names_beside_it_who_held_most_of_the_time() {
        used(holds, 80, 0);

        assertThat(verdict(true, 0, new SQLException("canary", "53300"))).isInstanceOf(NotConnected.ServerFull.class);
        assertThat(others).singleElement().isInstanceOf(Diagnosis.HeldOutsideSql.class);
        assertThat(others).allMatch(other -> other.confidence() == Confidence.LIKELY);
    }

    @ParameterizedTest
    @CsvSource({"20, 50, Churn", "19, 50, Unknown", "20, 49.9, Unknown"})
    void is_churn_if_opening_took_half_of_the_time_and_each_connection_was_opened_twice(
            int opened, double connecting, String diagnosis) {
        course = course(0, opened);
        tally.add(holds.id(), History.CONNECTING, connecting * 1e9);

        assertThat(verdict().getClass().getSimpleName()).isEqualTo(diagnosis);
    }

    @Test
    void of_lacking_connections_is_churn_if_they_are_opened_again_and_again() {
        course = course(0, 64);
        tally.add(holds.id(), History.CONNECTING, 40e9);
        used(holds, 40, 0);

        assertThat(verdict(true, 0, null)).isInstanceOf(Diagnosis.Churn.class);
    }

    @Test
    void of_a_server_that_answers_again_is_recovering() {
        troubles.put(ConnectTrouble.REFUSED, 3);

        assertThat(verdict(true, 0, null)).isInstanceOf(NotConnected.Recovering.class);
    }
}
