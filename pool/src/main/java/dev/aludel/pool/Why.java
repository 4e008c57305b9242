package dev.aludel.pool;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says a diagnosis in one sentence.
final class Why {
    private static final int SHARES = 3;

    private Why() {}

    static String of(Diagnosis diagnosis) {
        String sure = diagnosis.confidence().name().toLowerCase(Locale.ROOT);
        return switch (diagnosis) {
            case Diagnosis.HeldOutsideSql held ->
                outsideSql(held.capacity(), held.outsideSql(), held.shares()) + awaited(held.awaited()) + " (" + sure
                        + ")";
            case Diagnosis.IdleInTransaction idle ->
                Text.format(
                        "%s; %d have a transaction open and have run no SQL for up to %s (%s)",
                        outsideSql(idle.capacity(), idle.outsideSql(), idle.shares()),
                        idle.idle(),
                        ExplanationText.time(idle.longest()),
                        sure);
            case Diagnosis.Leaked leaked ->
                Text.format(
                        "%s; the threads that checked %d of them out have ended, and nobody has used these for up to %s"
                                + " (%s)",
                        outsideSql(leaked.capacity(), leaked.outsideSql(), leaked.shares()),
                        leaked.left(),
                        ExplanationText.time(leaked.longest()),
                        sure);
            case Diagnosis.HoldAndWait both ->
                Text.format(
                        "%s; for %d of %d of them no thread is at work, while %d callers wait for one: each has what the"
                                + " other needs (%s)",
                        outsideSql(both.capacity(), both.outsideSql(), both.shares()),
                        both.idle(),
                        both.holders(),
                        both.waiting(),
                        sure);
            case Diagnosis.CircularWait circle ->
                Text.format(
                        "%s; %d of %d who have one wait for %s (%s)",
                        outsideSql(circle.capacity(), circle.outsideSql(), circle.shares()),
                        circle.nested(),
                        circle.holders(),
                        wanted(circle.others()),
                        sure);
            case Diagnosis.EventLoop loop ->
                Text.format(
                        "%s; %d who have one, and %d who wait for one, got there on an event loop (%s): it serves nobody while"
                                + " they wait (%s)",
                        outsideSql(loop.capacity(), loop.outsideSql(), loop.shares()),
                        loop.holders(),
                        loop.waiting(),
                        loop.loop(),
                        sure);
            case Diagnosis.ResetSlow slow ->
                Text.format(
                        "of %.1f connection-seconds during this wait, returning connections took %.1f%s (%s)",
                        slow.capacity(),
                        slow.resetting(),
                        slow.each() == null ? "" : ", " + ExplanationText.time(slow.each()) + " each",
                        sure);
            case Diagnosis.Churn churn ->
                Text.format(
                        "of %.1f connection-seconds during this wait, opening connections took %.1f: %d or more were opened,"
                                + " %s/s (%s)",
                        churn.capacity(),
                        churn.connecting(),
                        churn.opened(),
                        ExplanationText.significant(churn.perSecond()),
                        sure);
            case Diagnosis.Paused paused ->
                Text.format(
                        "for %s of the %s that this wait took this process stood still, or its threads got no processor (%s)",
                        ExplanationText.time(paused.stood()), ExplanationText.time(paused.waited()), sure);
            case Diagnosis.TooSmall small ->
                Text.format(
                        "%s; none is kept for longer than usual (%s each, %s when nobody waits): %s (%s)",
                        inSql(small.capacity(), small.inSql(), small.shares()),
                        ExplanationText.time(small.heldEach()),
                        ExplanationText.time(small.usually()),
                        needed(small),
                        sure);
            case Diagnosis.Overload overload ->
                Text.format(
                        "%s; each is kept for %s, and for %s when nobody waits, while the server does %s/s, and did %s/s before"
                                + " (%s)",
                        inSql(overload.capacity(), overload.inSql(), overload.shares()),
                        ExplanationText.time(overload.heldEach()),
                        ExplanationText.time(overload.usually()),
                        ExplanationText.significant(overload.perSecond()),
                        ExplanationText.significant(overload.before()),
                        sure);
            case Diagnosis.Burst burst ->
                Text.format(
                        "%s; %d callers came within %s, and when nobody waits %s of %d connections are busy (%s)",
                        inSql(burst.capacity(), burst.inSql(), burst.shares()),
                        burst.callers(),
                        ExplanationText.time(burst.within()),
                        ExplanationText.significant(burst.busy()),
                        burst.seats(),
                        sure);
            case OwnReason.TenantAtCap cap -> atCap(cap) + " (" + sure + ")";
            case OwnReason.Outranked outranked ->
                Text.format(
                        "%d who came later were served before this caller, which is %s: in order of arrival its turn would have"
                                + " come (%s)",
                        outranked.overtook(), outranked.priority(), sure);
            case Diagnosis.Pooler pooler ->
                Text.format(
                        "%s; %s (%s)",
                        inSql(pooler.capacity(), pooler.inSql(), pooler.shares()), inPooler(pooler), sure);
            case Diagnosis.InDatabase busy ->
                Text.format(
                        "%s (%s); slow or blocked by a lock, that could not be seen (%s)",
                        inSql(busy.capacity(), busy.inSql(), busy.shares()), sure, busy.notSeen());
            case Diagnosis.SlowSql slow ->
                Text.format(
                        "%s; %d run%s, for %s at the longest%s, and wait for no lock (%s)",
                        inSql(slow.capacity(), slow.inSql(), slow.shares()),
                        slow.running(),
                        slow.sql() == null ? "" : " " + slow.sql(),
                        ExplanationText.time(slow.longest()),
                        slow.usually() == null ? "" : " (usually " + ExplanationText.time(slow.usually()) + ")",
                        sure);
            case Diagnosis.LockedByOther locked ->
                Text.format(
                        "%s; %d of %d wait for locks of %s (%s)",
                        inSql(locked.capacity(), locked.inSql(), locked.shares()),
                        locked.blocked(),
                        locked.running(),
                        blocker(locked.id(), locked.blocker()),
                        sure);
            case Diagnosis.LockedByOwn locked ->
                Text.format(
                        "%s; %d of %d wait for locks of our own connection %s (%s) (%s)",
                        inSql(locked.capacity(), locked.inSql(), locked.shares()),
                        locked.blocked(),
                        locked.running(),
                        locked.blocker().connection(),
                        blocker(locked.blocker()),
                        sure);
            case NotConnected lacking -> notConnected(lacking) + " (" + sure + ")";
            case Diagnosis.Suspended suspended ->
                Text.format("the pool is suspended, since %s (%s)", ExplanationText.time(suspended.time()), sure);
            case Diagnosis.OutOfSight away -> outOfSight(away) + " (" + sure + ")";
            case Diagnosis.Unknown nothing ->
                Text.format(
                        "not known: of %.1f connection-seconds, %.1f were held outside SQL and %.1f spent in SQL%s",
                        nothing.capacity(), nothing.outsideSql(), nothing.inSql(), unseen(nothing));
        };
    }

    private static String needed(Diagnosis.TooSmall small) {
        return small.needed() == null
                ? "how many connections would do cannot be derived from this"
                : Text.format(
                        "who asks would keep %s connections busy, and there are %d",
                        ExplanationText.significant(small.needed()), small.seats());
    }

    private static String awaited(Diagnosis.@Nullable Awaited awaited) {
        return awaited == null
                ? ""
                : Text.format(
                        "; %d of those who have one wait for one of pool '%s', for up to %s",
                        awaited.holders(), awaited.pool(), ExplanationText.time(awaited.longest()));
    }

    private static String wanted(List<String> others) {
        return others.isEmpty()
                ? "a second one of this pool"
                : "one of pools " + Text.quoted(others) + ", or of this one, and nobody of any of these gives one back";
    }

    private static String outsideSql(double capacity, double outside, List<Diagnosis.Share> shares) {
        return Text.format(
                "of %.1f connection-seconds during this wait, %.1f were held outside SQL: %s",
                capacity, outside, shares(shares));
    }

    private static String inSql(double capacity, double inSql, List<Diagnosis.Share> shares) {
        return Text.format(
                "of %.1f connection-seconds during this wait, %.1f were spent in SQL: %s",
                capacity, inSql, shares(shares));
    }

    private static String atCap(OwnReason.TenantAtCap cap) {
        String had = cap.capacity() == 0
                ? Text.format(
                        "tenant '%s' has all connections that it may have (%d, maxPerTenant)", cap.tenant(), cap.most())
                : Text.format(
                        "of %.1f connection-seconds that tenant '%s' may have had while this caller waited for that (%d"
                                + " connections, maxPerTenant), it had %.1f",
                        cap.capacity(), cap.tenant(), cap.most(), cap.held());
        return had
                + (cap.shares().isEmpty() ? "" : "; who has them now: " + shares(cap.shares()))
                + (cap.nested() == 0 ? "" : "; " + cap.nested() + " of them are with callers who wait for one more")
                + (cap.idle() == 0 ? "" : "; " + cap.idle() + " of the pool were idle");
    }

    /// What is known of who blocks: `backend 812 (billing, idle in transaction for 41 s, last SQL: UPDATE …)`.
    private static String blocker(long id, @Nullable Backend backend) {
        if (id == 0) {
            return "a prepared transaction";
        }
        if (backend == null) {
            return "backend " + id + " (which is not shown)";
        }
        String who = backend.application().isEmpty() ? backend.user() : backend.application();
        String state = backend.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        Duration since = backend.inState();
        return "backend " + id + " ("
                + (who.isEmpty() ? "" : Text.shown(who) + ", ")
                + state
                + (since == null ? "" : " for " + ExplanationText.time(since))
                + (backend.sql().isEmpty() ? "" : ", last SQL: " + Text.shown(backend.sql()))
                + ")";
    }

    private static String blocker(Holder holder) {
        return Text.named(holder.label(), holder.site())
                + (holder.label() == null || holder.site() == null ? "" : ", " + holder.site())
                + (holder.inSql() == null ? ", outside SQL" : ", in SQL");
    }

    private static String notConnected(NotConnected lacking) {
        NotConnected.Connects connects = lacking.connects();
        String trouble = what(lacking);
        return Text.format(
                "%d of %d connections are open, %d are being opened%s%s%s",
                connects.open(),
                connects.limit(),
                connects.connecting(),
                phases(connects),
                trouble.isEmpty() ? "" : "; " + trouble,
                connects.lastFailure() == null ? "" : "; the last attempt failed with " + connects.lastFailure());
    }

    private static String what(NotConnected lacking) {
        return switch (lacking) {
            case NotConnected.ConnectSlow slow -> "";
            case NotConnected.Recovering again -> "the server answers again after attempts had failed";
            case NotConnected.ReadOnly replicas -> ConnectTrouble.READ_ONLY.what;
            case NotConnected.HostUnknown unknown -> ConnectTrouble.HOST_UNKNOWN.what;
            case NotConnected.ConnectionRefused refused -> ConnectTrouble.REFUSED.what;
            case NotConnected.Unreachable unreachable -> ConnectTrouble.NOT_REACHED.what;
            case NotConnected.NoAnswer silent -> ConnectTrouble.NO_ANSWER.what;
            case NotConnected.TlsFailed failed -> ConnectTrouble.TLS_FAILED.what;
            case NotConnected.LoginRefused refused -> ConnectTrouble.LOGIN_REFUSED.what;
            case NotConnected.NoDatabase missing -> ConnectTrouble.NO_DATABASE.what;
            case NotConnected.ServerFull full -> full(full.occupancy());
            case NotConnected.PoolerFull clients -> ConnectTrouble.POOLER_FULL.what;
            case NotConnected.PoolerQueue queue -> ConnectTrouble.POOLER_QUEUE.what;
            case NotConnected.ServerStarting starting -> ConnectTrouble.STARTING.what;
            case NotConnected.ConnectFailed failed -> "";
        };
    }

    private static String inPooler(Diagnosis.Pooler pooler) {
        return switch (pooler.pooler()) {
            case null ->
                Text.format(
                        "%d statements run here, and %d at the server: the others wait in a pooler in between",
                        pooler.running(), Objects.requireNonNullElse(pooler.active(), 0));
            case PoolerReport.Queue queue ->
                Text.format(
                        "%d statements run here, and a pooler in between %s; of all clients %d wait in it, %s, and %d are"
                                + " served",
                        pooler.running(),
                        state(queue),
                        queue.waiting(),
                        queue.longest().isZero()
                                ? "for less than a second"
                                : "up to " + ExplanationText.time(queue.longest()),
                        queue.serving());
            case PoolerReport.ThrownOut lost ->
                Text.format(
                        "a pooler in between gave up on %d statements, which had waited in it for %s in all",
                        lost.statements(), ExplanationText.time(lost.waited()));
        };
    }

    private static String state(PoolerReport.Queue queue) {
        if (queue.paused()) {
            return "is paused";
        }
        return queue.serving() > 0
                ? "has too few sessions"
                : "has no session: it is paused, or cannot reach the server";
    }

    private static String full(Occupancy seen) {
        ConnectionLimit limit = seen.limit();
        String gap = seen.gap() == null ? "" : "; who has them could not be seen: " + seen.gap();
        if (limit == null) {
            return ConnectTrouble.SERVER_FULL.what + gap;
        }
        String age = seen.age().compareTo(Duration.ofSeconds(1)) < 0
                ? ""
                : ", seen " + ExplanationText.time(seen.age()) + " before";
        return limited(limit) + " (" + holders(seen) + age + ")" + gap;
    }

    private static String limited(ConnectionLimit limit) {
        String reserved = limit.reserved() == 0 ? "" : ", of which " + limit.reserved() + " are reserved";
        return switch (limit.scope()) {
                    case SERVER -> "the server has";
                    case DATABASE -> "the database " + Text.shown(limit.name()) + " has";
                    case USER -> "the user " + Text.shown(limit.name()) + " has";
                }
                + " as many connections as it may have, " + limit.limit() + reserved;
    }

    private static String holders(Occupancy seen) {
        List<Occupancy.Share> others = seen.others();
        String most = others.stream()
                .limit(SHARES)
                .map(share -> Text.shown(share.who()) + " " + share.connections() + ", ")
                .collect(Collectors.joining());
        int rest = others.stream()
                .skip(SHARES)
                .mapToInt(Occupancy.Share::connections)
                .sum();
        return most + (rest == 0 ? "" : "others " + rest + ", ") + "this pool " + seen.ours();
    }

    private static String phases(NotConnected.Connects connects) {
        Map<ConnectPhase, Long> counts = new EnumMap<>(ConnectPhase.class);
        connects.phases().stream()
                .filter(phase -> phase != ConnectPhase.OTHER)
                .forEach(phase -> counts.merge(phase, 1L, Long::sum));
        return counts.entrySet().stream()
                .map(phase -> ", " + phase.getValue() + " of them in " + phase.getKey().text)
                .collect(Collectors.joining());
    }

    private static String outOfSight(Diagnosis.OutOfSight away) {
        return away.trouble() == null
                ? "not seen from here: the pool that is wrapped lends past this, cannot open a connection, or keeps what was"
                        + " given back"
                : "the pool that is wrapped could not open a connection: " + away.trouble()
                        + "; the last attempt failed with " + away.lastFailure();
    }

    private static String unseen(Diagnosis.Unknown nothing) {
        return nothing.unseen() < 0.05
                ? ""
                : Text.format(", and %.1f after an unwrap, where nobody sees which", nothing.unseen());
    }

    private static String shares(List<Diagnosis.Share> shares) {
        Map<String, Double> named = shares.stream()
                .collect(Collectors.groupingBy(
                        share -> Text.named(share.label(), share.site()),
                        LinkedHashMap::new,
                        Collectors.summingDouble(Diagnosis.Share::seconds)));
        String text = named.entrySet().stream()
                .limit(SHARES)
                .map(share -> Text.format("%s %.1f", share.getKey(), share.getValue()))
                .collect(Collectors.joining(", "));
        return named.size() <= SHARES ? text : text + ", and " + (named.size() - SHARES) + " more";
    }
}
