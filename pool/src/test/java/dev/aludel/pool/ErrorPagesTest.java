package dev.aludel.pool;

import static dev.aludel.pool.ConnectTrouble.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/// Each cause has a page in `docs/errors`, with the text that a report has for it.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ErrorPagesTest {
    private static final Path PAGES = Path.of("..", "docs", "errors");
    private static final String SCOPE = "sessions.read";
    private static final List<Diagnosis.Share> SHARES =
            List.of(new Diagnosis.Share("GET /holds", "Trips.holds(Trips.java:47)", 35.6));
    private static final Course QUIET = new Course(3, 12, 0, 0, 0, Duration.ZERO, Double.NaN, true, true, null);
    private static final Pace.Calm CALM =
            new Pace.Calm(24_000, Duration.ofMillis(12), Duration.ofMillis(11), 4.1, 820, 0);
    private static final Backend BILLING = new Backend(
            812,
            Backend.State.IDLE_IN_TRANSACTION,
            "app",
            "trips",
            "billing",
            "10.0.0.7:50312",
            Duration.ofMinutes(9),
            Duration.ofSeconds(41),
            Duration.ofSeconds(42),
            "",
            "UPDATE trips SET seats = ? WHERE id = ?",
            "");

    static Stream<Diagnosis> all() {
        return Stream.of(held(), sql(), connecting(), others()).flatMap(List::stream);
    }

    private static List<Diagnosis> held() {
        return List.of(
                held(3, holder(Holder.Owner.WORKING, Duration.ofMillis(400))),
                held(3, holder(Holder.Owner.WORKING, Duration.ofSeconds(9))),
                held(3, holder(Holder.Owner.ENDED, Duration.ofSeconds(94))),
                held(188, holder(Holder.Owner.QUEUED, Duration.ofSeconds(2))),
                held(12, holder(Holder.Owner.NESTED, Duration.ofSeconds(2))),
                verdict(3, List.of(), twelve(waitsFor("audit"))).circle(List.of("audit")),
                held(3, List.of(), twelve(waitsFor("audit"))),
                held(
                        1,
                        List.of(new Explanation.Queued("GET /authed", Duration.ofSeconds(3), "NioEventLoop", null)),
                        twelve(holder(Holder.Owner.AWAY, Duration.ofSeconds(2)))));
    }

    private static Diagnosis held(int waiting, Holder holder) {
        List<Holder> holders = Stream.generate(() -> holder).limit(12).toList();
        return held(waiting, List.of(), holders);
    }

    private static Diagnosis held(int waiting, List<Explanation.Queued> queued, List<Holder> holders) {
        return verdict(waiting, queued, holders).diagnoses().getFirst();
    }

    private static HeldVerdict verdict(int waiting, List<Explanation.Queued> queued, List<Holder> holders) {
        return new HeldVerdict(36, 35.6, SHARES, 3, Confidence.CERTAIN, holders, waiting, queued, SCOPE);
    }

    /// One who waits for a connection of another pool.
    private static Holder waitsFor(String pool) {
        Holder one = holder(Holder.Owner.NESTED, Duration.ofSeconds(2));
        return new Holder(
                one.connection(),
                one.label(),
                one.site(),
                one.held(),
                one.inSql(),
                one.quiet(),
                one.inTransaction(),
                one.wrote(),
                one.lastSql(),
                one.backend(),
                one.owner(),
                one.onVirtual(),
                one.loop(),
                one.waits(),
                pool,
                one.doing());
    }

    private static Holder holder(Holder.Owner owner, Duration quiet) {
        return holder(owner, null, quiet, null);
    }

    private static Holder holder(
            Holder.Owner owner, @Nullable Duration inSql, Duration quiet, @Nullable Backend backend) {
        return new Holder(
                "trips#3",
                "GET /holds",
                "Trips.holds(Trips.java:47)",
                Duration.ofSeconds(94),
                inSql,
                quiet,
                true,
                false,
                "SELECT … FROM trips WHERE id = ?",
                backend,
                owner,
                owner != Holder.Owner.AWAY,
                owner == Holder.Owner.AWAY ? "NioEventLoop" : null,
                owner == Holder.Owner.NESTED ? Duration.ofSeconds(3) : null,
                null,
                List.of("HttpClient.send", "Quotes.fetch(Quotes.java:18)", "Trips.holds(Trips.java:49)"));
    }

    private static List<Diagnosis> sql() {
        LockWait blocked = new LockWait(7, List.of(812L), "ShareLock on transactionid (trips)", Duration.ofSeconds(3));
        LockWait blockedByOwn =
                new LockWait(7, List.of(9L), "ShareLock on transactionid (trips)", Duration.ofSeconds(3));
        return List.of(
                sql(ServerReport.unseen("it has not answered in time"), running(null)),
                sql(seen(), running(backend(7))),
                sql(seen(blocked), running(backend(7))),
                sql(seen(), running(null)),
                sql(seen().with(new PoolerReport.Queue(true, 12, Duration.ofSeconds(3), 0, 20)), running(null)),
                sql(seen().with(new PoolerReport.Queue(false, 9, Duration.ZERO, 3, 3)), running(null)),
                sql(seen().with(new PoolerReport.Queue(false, 12, Duration.ofSeconds(3), 0, 20)), running(null)),
                sql(seen().with(new PoolerReport.ThrownOut(12, Duration.ofSeconds(33))), running(null)),
                sql(flow(3, 3_000, 12, 1_420), room(40), running(backend(7))),
                sql(flow(3, 2_500, 58, Double.NaN), seen(), running(backend(7))),
                sql(flow(0.25, 250, 12, Double.NaN), seen(), running(backend(7))),
                sql(
                        seen(blockedByOwn),
                        running(backend(7)),
                        holder(Holder.Owner.WORKING, null, Duration.ofSeconds(4), backend(9))));
    }

    private static Diagnosis sql(ServerReport server, Holder... holders) {
        return sql(QUIET, server, holders);
    }

    private static Diagnosis sql(Course course, ServerReport server, Holder... holders) {
        return new SqlVerdict(
                        36,
                        35.6,
                        SHARES,
                        3,
                        Confidence.CERTAIN,
                        twelve(holders),
                        188,
                        course,
                        server,
                        ServerWords.POSTGRESQL)
                .diagnoses()
                .getFirst();
    }

    private static List<Holder> twelve(Holder... kinds) {
        return Stream.concat(
                        Stream.generate(() -> kinds[0]).limit(13L - kinds.length),
                        Stream.of(kinds).skip(1))
                .toList();
    }

    private static Holder running(@Nullable Backend backend) {
        return holder(Holder.Owner.WORKING, Duration.ofMillis(3_100), Duration.ZERO, backend);
    }

    private static Backend backend(long id) {
        return new Backend(id, Backend.State.ACTIVE, "app", "trips", "trips", "", null, null, null, "", "SELECT 1", "");
    }

    private static ServerReport seen(LockWait... waits) {
        return new ServerReport(
                List.of(BILLING, backend(7), backend(9)), List.of(waits), List.of(), null, Duration.ZERO, List.of());
    }

    private static Course flow(double length, double loans, long heldMillis, double arrivals) {
        return new Course(length, 12, 0, 0, loans, Duration.ofMillis(heldMillis), arrivals, true, true, CALM);
    }

    private static ServerReport room(int room) {
        return new ServerReport(
                List.of(backend(7)),
                List.of(),
                List.of(new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 100, 3, 97 - room)),
                null,
                Duration.ZERO,
                List.of());
    }

    private static List<Diagnosis> connecting() {
        NotConnected.Connects slow = new NotConnected.Connects(
                4, 12, 8, List.of(ConnectPhase.TLS, ConnectPhase.NAME_LOOKUP, ConnectPhase.NAME_LOOKUP), 0, null);
        NotConnected.Connects failing = failing("PSQLException 08001");
        return Stream.concat(
                        Stream.<Diagnosis>of(
                                new NotConnected.ConnectSlow(slow, Verdict.SLOW),
                                new NotConnected.Recovering(slow, Verdict.RECOVERS),
                                full(new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 100, 3, 97)),
                                full(new ConnectionLimit(ConnectionLimit.Scope.USER, "app", 97, 0, 97)),
                                Crowd.quoting(
                                        failing("PSQLException 53300"),
                                        Occupancy.unseen("no connection came back to ask it over"))),
                        Stream.of(ConnectTrouble.values())
                                .filter(trouble -> trouble != ConnectTrouble.SERVER_FULL)
                                .map(trouble -> trouble.diagnosis(failing, trouble.remedy)))
                .toList();
    }

    private static NotConnected.Connects failing(String failure) {
        return new NotConnected.Connects(4, 12, 1, List.of(), 7, failure);
    }

    private static Diagnosis full(ConnectionLimit limit) {
        List<Occupancy.Share> others = List.of(new Occupancy.Share("billing", 60), new Occupancy.Share("trips", 33));
        return Crowd.quoting(
                failing("PSQLException 53300"), new Occupancy(limit, others, 4, Duration.ofMillis(3_200), null));
    }

    private static List<Diagnosis> others() {
        return List.of(
                accounted(History.RESETTING, 30.4, 80, 0),
                accounted(History.CONNECTING, 24.1, 0, 64),
                new Diagnosis.Paused(Duration.ofSeconds(10), Duration.ofMillis(8_100)),
                new Diagnosis.Suspended(Duration.ofSeconds(73)),
                new OwnReason.TenantAtCap(
                        "acme",
                        4,
                        Duration.ofSeconds(3),
                        12,
                        11.9,
                        List.of(new Diagnosis.Share("GET /holds", null, 11.9)),
                        0,
                        31,
                        5,
                        Confidence.CERTAIN,
                        OwnVerdict.ASK_FOR_LESS),
                new OwnReason.Outranked(Priority.LOW, 37),
                OtherExplainer.outOfSight(0, new SQLException("timeout"), null),
                OtherExplainer.outOfSight(
                        0, new SQLException(new PSQLException("no", PSQLState.CONNECTION_UNABLE_TO_CONNECT)), REFUSED),
                new Diagnosis.Unknown(36, 14.2, 11.8, 0));
    }

    /// What follows if most of the time went to one thing.
    private static Diagnosis accounted(int column, double seconds, double loans, int opened) {
        History.Tally tally = new History.Tally();
        tally.add(0, column, seconds * 1e9);
        tally.add(0, History.CHECKOUTS, loans);
        Config config = new Settings()
                .connections(() -> {
                    throw new SQLException("not asked for here");
                })
                .recycle(Duration.ofSeconds(1))
                .config();
        return new Verdict(
                        config,
                        new Accounts(),
                        tally,
                        36,
                        false,
                        0,
                        List.of(),
                        188,
                        List.of(),
                        new NotConnected.Connects(12, 12, 0, List.of(), 0, null),
                        null,
                        Map.of(),
                        new Course(3, 12, 0, opened, loans, Duration.ZERO, Double.NaN, true, true, null),
                        ServerReport.unseen("it was not asked"),
                        ServerWords.POSTGRESQL)
                .diagnoses()
                .getFirst();
    }

    /// `Diagnosis.SlowSql`.
    private static String name(Class<?> cause) {
        return cause.getEnclosingClass().getSimpleName() + "." + cause.getSimpleName();
    }

    private static Path page(Class<?> cause) {
        String name = cause.getSimpleName().replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return PAGES.resolve(name + ".md");
    }

    @ParameterizedTest
    @MethodSource("all")
    void has_the_text_of_the_report(Diagnosis diagnosis) throws IOException {
        String text = "    why:  " + Why.of(diagnosis) + "\n    try:  " + diagnosis.remedy();

        assertThat(page(diagnosis.getClass())).content().contains("`" + name(diagnosis.getClass()) + "`", text);
    }

    @Test
    void there_is_one_for_each_cause_and_the_index_names_it() throws IOException {
        Set<Class<?>> causes = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        collect(Diagnosis.class, causes);
        String index = Files.readString(PAGES.resolve("pool-timeout.md"));

        assertThat(all().<Class<?>>map(Diagnosis::getClass).collect(Collectors.toSet()))
                .isEqualTo(causes);
        assertThat(causes)
                .allSatisfy(
                        cause -> assertThat(index).contains("(" + page(cause).getFileName() + ")"));
    }

    private static void collect(Class<?> type, Set<Class<?>> causes) {
        if (!type.isSealed()) {
            causes.add(type);
            return;
        }
        for (Class<?> next : type.getPermittedSubclasses()) {
            collect(next, causes);
        }
    }
}
