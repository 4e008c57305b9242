package dev.aludel.lab;

import dev.aludel.examples.trips.TripsService;
import dev.aludel.pool.Checkout;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolSnapshot;
import dev.aludel.pool.Usage;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The demo's story: one load on three handlers that do the same work.
final class Story {
    private final Page page;
    private final TripsService service;
    private final Timeouts timeouts;
    private final Clients clients;
    private final Verdict verdict;
    private final List<Scene> scenes = new ArrayList<>();

    /// @param timeouts listens to the service's pool
    /// @param verdict  is told all that it has to judge
    Story(Page page, TripsService service, Timeouts timeouts, Clients clients, Verdict verdict) {
        this.page = page;
        this.service = service;
        this.timeouts = timeouts;
        this.clients = clients;
        this.verdict = verdict;
    }

    void tell() throws IOException, InterruptedException, SQLException {
        openAll(service);
        page.print("1. GET /holds: select, call a slow service, select, all in one transaction");
        Scene holds = play("/holds");
        List<Explanation> explanations = timeouts.explanations();
        verdict.starved(holds, explanations);
        explanations.stream().findFirst().ifPresent(this::tellWhy);

        page.print("2. GET /releases: select, commit, the same call, select");
        verdict.served(play("/releases"));

        page.print("3. GET /reads: select, the same call, select, in sessions.read");
        verdict.served(play("/reads"));

        page.print("Side by side (the last two columns are connection-seconds):\n");
        page.print(Scene.table(scenes));
    }

    /// So that the story is about connections that are held, not about connections that are being opened.
    static void openAll(TripsService service) throws SQLException {
        PoolSnapshot pool = service.pool().snapshot();
        List<Checkout> all = new ArrayList<>();
        try {
            for (int i = 0; i < pool.size() + pool.maxOverflow(); i++) {
                all.add(service.pool().checkOut("warm-up"));
            }
        } finally {
            all.forEach(Checkout::close);
        }
    }

    private void tellWhy(Explanation explanation) {
        page.print("   The pool's explanation, as in the log and in the exception:\n");
        page.print(explanation.text());
        page.print("");
    }

    private Scene play(String path) throws IOException, InterruptedException {
        String label = "GET " + path;
        Reading before = Reading.of(service, label);
        Answers answers = clients.play(URI.create("http://localhost:" + service.port() + path), this::progress);
        Reading after = Reading.of(service, label);
        Scene scene = new Scene(
                label,
                answers,
                after.timeouts() - before.timeouts(),
                after.inSql() - before.inSql(),
                after.outsideSql() - before.outsideSql());
        scenes.add(scene);
        page.print("   " + summary(answers));
        answers.firstFailure().ifPresent(failure -> page.print("   A user read: " + failure.text()));
        page.print("");
        return scene;
    }

    private void progress(List<Answer> answers, Duration elapsed) {
        if (answers.size() % 10 == 0) {
            page.progress("   " + Time.text(elapsed) + "  " + new Answers(answers, elapsed).summary());
        }
    }

    private static String summary(Answers answers) {
        return String.format(
                Locale.ROOT,
                "%s; half of them within %s, all within %s; %.0f a second were served",
                answers.summary(),
                Time.text(answers.percentile(0.5)),
                Time.text(answers.percentile(1)),
                answers.throughput());
    }

    /// What the pool has counted for a label so far.
    private record Reading(long timeouts, double inSql, double outsideSql) {
        static Reading of(TripsService service, String label) {
            List<Usage> usage = service.pool().usage().stream()
                    .filter(each -> label.equals(each.label()))
                    .toList();
            return new Reading(
                    service.pool().snapshot().timeouts(),
                    seconds(usage, Usage::inSql),
                    seconds(usage, Usage::outsideSql));
        }

        private static double seconds(List<Usage> usage, Function<Usage, Duration> part) {
            return usage.stream().map(part).mapToLong(Duration::toNanos).sum() / 1e9;
        }
    }
}
