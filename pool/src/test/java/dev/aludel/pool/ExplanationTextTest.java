package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplanationTextTest {
    private static final Load NOTHING = new Load(0, Duration.ZERO, Duration.ZERO, 7);

    private static String text(List<Diagnosis> diagnoses, List<Holder> holders, Load load) {
        return new Explanation(
                        "trips",
                        "the summary",
                        Duration.ofSeconds(10),
                        diagnoses,
                        holders,
                        List.of(),
                        load,
                        ServerReport.unseen("it was not asked"))
                .text();
    }

    private static String why(Diagnosis diagnosis) {
        return line(text(List.of(diagnosis), List.of(), NOTHING), "why:  ");
    }

    private static String line(String text, String prefix) {
        return text.lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
    }

    private static NotConnected.Connects connects(@Nullable String lastFailure, ConnectPhase... phases) {
        return new NotConnected.Connects(4, 12, 2, List.of(phases), 1, lastFailure);
    }

    private static Holder holder(
            @Nullable String label, @Nullable Duration inSql, @Nullable String lastSql, String... doing) {
        return new Holder(
                "trips#1",
                label,
                label == null ? null : "Trips.holds(Trips.java:47)",
                Duration.ofSeconds(1),
                inSql,
                inSql == null ? Duration.ofMillis(500) : Duration.ZERO,
                lastSql != null,
                false,
                lastSql,
                null,
                Holder.Owner.WORKING,
                true,
                null,
                null,
                null,
                List.of(doing));
    }

    @Test
    void has_its_lines_in_the_order_of_a_story() {
        String text = text(
                List.of(new Diagnosis.Unknown(120, 30.04, 10, 0)), List.of(holder("GET /holds", null, null)), NOTHING);

        assertThat(text).isEqualTo("""
                        the summary
                        why:  not known: of 120.0 connection-seconds, 30.0 were held outside SQL and 10.0 spent in SQL
                        who:  1 × GET /holds, Trips.holds(Trips.java:47), no SQL yet
                        load: no connection came back during this wait, 7 waiting
                        try:  look at the holders below, and at pool.usage() over a longer time
                        see:  docs/errors/pool-timeout.md""");
    }

    @Test
    void says_what_was_not_seen() {
        String text = text(List.of(new Diagnosis.Unknown(120, 30, 10, 70)), List.of(), NOTHING);

        assertThat(line(text, "why:  "))
                .endsWith(
                        "30.0 were held outside SQL and 10.0 spent in SQL, and 70.0 after an unwrap, where nobody sees"
                                + " which");
    }

    @Test
    void names_three_shares_and_counts_the_rest() {
        List<Diagnosis.Share> shares = List.of(
                new Diagnosis.Share("a", "A.a(A.java:1)", 40),
                new Diagnosis.Share(null, "B.b(B.java:2)", 30),
                new Diagnosis.Share(null, null, 20),
                new Diagnosis.Share("d", null, 5),
                new Diagnosis.Share("e", null, 5));

        assertThat(why(new Diagnosis.HeldOutsideSql(120, 100, shares, Confidence.CERTAIN, "r")))
                .isEqualTo("of 120.0 connection-seconds during this wait, 100.0 were held outside SQL: a 40.0,"
                        + " B.b(B.java:2) 30.0, callers without a label 20.0, and 2 more (certain)");
    }

    @Test
    void says_what_cannot_be_told_of_time_in_the_database() {
        assertThat(why(new Diagnosis.InDatabase(
                        20,
                        19.96,
                        List.of(new Diagnosis.Share("report", null, 19.96)),
                        "the server: it was not asked",
                        Confidence.LIKELY,
                        "r")))
                .isEqualTo("of 20.0 connection-seconds during this wait, 20.0 were spent in SQL: report 20.0 (likely);"
                        + " slow or blocked by a lock, that could not be seen (the server: it was not asked)");
    }

    @Test
    void says_what_the_last_attempt_failed_with() {
        assertThat(why(new NotConnected.ServerFull(connects("PSQLException 53300"), nobodySeen(), "r")))
                .isEqualTo(
                        "4 of 12 connections are open, 2 are being opened; the server has no connection left;"
                                + " who has them could not be seen: it was not asked; the last attempt failed with PSQLException 53300 (certain)");
        assertThat(why(new NotConnected.ConnectSlow(connects(null), "r")))
                .isEqualTo("4 of 12 connections are open, 2 are being opened (likely)");
    }

    private static Occupancy nobodySeen() {
        return Occupancy.unseen("it was not asked");
    }

    @Test
    void says_which_limit_a_full_server_has_reached_and_who_has_the_connections() {
        assertThat(full(
                        new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 100, 3, 97),
                        Duration.ofMillis(900),
                        null))
                .contains(
                        "; the server has as many connections as it may have, 100, of which 3 are reserved (billing 60,"
                                + " trips 20, a 7, others 5, this pool 5); the last");
        assertThat(full(
                        new ConnectionLimit(ConnectionLimit.Scope.DATABASE, "d", 97, 0, 97),
                        Duration.ofSeconds(4),
                        null))
                .contains(
                        "; the database d has as many connections as it may have, 97 (billing 60, trips 20, a 7, others 5,"
                                + " this pool 5, seen 4.0 s before); the last");
        assertThat(full(new ConnectionLimit(ConnectionLimit.Scope.USER, "app", 97, 0, 97), Duration.ZERO, "GRANT it"))
                .contains(
                        "; the user app has as many connections as it may have, 97 (billing 60, trips 20, a 7, others 5,"
                                + " this pool 5); who has them could not be seen: GRANT it; the last");
    }

    @Test
    void shows_no_line_break_in_the_name_of_an_application() {
        Occupancy seen = new Occupancy(
                new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 9, 0, 9),
                List.of(new Occupancy.Share("a\nfake: line", 4)),
                5,
                Duration.ZERO,
                null);

        assertThat(why(new NotConnected.ServerFull(connects("e"), seen, "r")))
                .contains("(a?fake: line 4, this pool 5)");
    }

    private static String full(ConnectionLimit limit, Duration age, @Nullable String gap) {
        List<Occupancy.Share> others = List.of(
                new Occupancy.Share("billing", 60),
                new Occupancy.Share("trips", 20),
                new Occupancy.Share("a", 7),
                new Occupancy.Share("b", 3),
                new Occupancy.Share("c", 2));
        return why(new NotConnected.ServerFull(
                connects("PSQLException 53300"), new Occupancy(limit, others, 5, age, gap), "r"));
    }

    @Test
    void says_where_attempts_to_connect_are() {
        ConnectPhase[] phases = {
            ConnectPhase.TLS, ConnectPhase.NAME_LOOKUP, ConnectPhase.NAME_LOOKUP, ConnectPhase.OTHER
        };

        assertThat(why(new NotConnected.ConnectSlow(connects(null, phases), "r")))
                .isEqualTo(
                        "4 of 12 connections are open, 2 are being opened, 2 of them in the name lookup, 1 of them in"
                                + " the TLS handshake (likely)");
    }

    @Test
    void groups_holders_that_are_alike_the_largest_group_first() {
        List<Holder> holders = Stream.of(
                        List.of(holder("small", null, null)),
                        List.of(
                                holder("big", null, "select ?", "Thread.sleep", "Quotes.fetch(Quotes.java:18)"),
                                holder("big", null, "select ?", "Thread.sleep", "Quotes.fetch(Quotes.java:18)"),
                                holder("big", null, "select ?", "HttpClient.send", "Quotes.fetch(Quotes.java:18)")),
                        List.of(
                                holder("busy", Duration.ofMillis(1), "update"),
                                holder("busy", Duration.ofSeconds(2), "update")),
                        List.of(holder("x", null, null), holder("y", null, null)))
                .flatMap(List::stream)
                .toList();

        assertThat(text(List.of(new Diagnosis.Unknown(1, 0, 0, 0)), holders, NOTHING))
                .contains("""
                        who:  3 × big, Trips.holds(Trips.java:47), in a transaction, last SQL: select ?
                              now in Thread.sleep ← Quotes.fetch(Quotes.java:18)
                              2 × busy, Trips.holds(Trips.java:47), in a transaction, last SQL: update
                              now in SQL, for 2.0 s at the longest
                              1 × small, Trips.holds(Trips.java:47), no SQL yet
                              2 × others
                        load: no connection came back""");
    }

    @Test
    void says_when_a_holder_has_neither_label_nor_line() {
        assertThat(line(
                        text(List.of(new Diagnosis.Unknown(1, 0, 0, 0)), List.of(holder(null, null, null)), NOTHING),
                        "who:  "))
                .isEqualTo("1 × no label, site not recorded, no SQL yet");
    }

    @Test
    void says_what_the_served_rate_would_need() {
        Load load = new Load(23.4, Duration.ofMillis(520), Duration.ofNanos(1_100_000), 188);

        assertThat(line(text(List.of(new Diagnosis.Unknown(1, 0, 0, 0)), List.of(), load), "load: "))
                .isEqualTo("23 checkouts/s served, 0.52 s held each, 188 waiting; held only during its SQL (1.1 ms),"
                        + " this rate would need 0.03 connections");
    }

    @ParameterizedTest
    @CsvSource({
        "PT2M, 120 s",
        "PT12.34S, 12 s",
        "PT1.26S, 1.3 s",
        "PT0.52S, 0.52 s",
        "PT0.1S, 0.10 s",
        "PT0.0999S, 100 ms",
        "PT0.0011S, 1.1 ms",
        "PT0.0000005S, 0.50 µs",
        "PT0S, 0.00 µs"
    })
    void gives_times_with_the_figures_that_count(Duration time, String shown) {
        assertThat(ExplanationText.time(time)).isEqualTo(shown);
    }

    @Test
    void is_the_same_in_any_country() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(why(new NotConnected.ConnectSlow(connects(null), "r"))).startsWith("4 of 12");
            assertThat(ExplanationText.time(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
        } finally {
            Locale.setDefault(before);
        }
    }
}
