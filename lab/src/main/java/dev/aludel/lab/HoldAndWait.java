package dev.aludel.lab;

import dev.aludel.engine.Engine;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.Explanation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `aludel demo hold-and-wait`: requests that have a connection wait for a thread, and the threads wait for a
/// connection.
@Command(
        name = "hold-and-wait",
        description = {
            "Plays 200 requests at once against a service whose requests are two tasks on an executor of 40 threads,",
            "with a pool of 8 + 4 connections: once with a session that keeps its connection in between, once more with",
            "a larger pool, and twice cured.",
            "Exits with 1 unless the first two are stuck and the first of their timeouts says why, and the others serve everybody."
        })
final class HoldAndWait implements Callable<Integer> {
    private static final String LABEL = "GET /authed";
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Page page;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "a PostgreSQL of your own, postgresql://user:password@host/database, instead of an embedded"
                    + " one")
    private @Nullable String url;

    @Option(names = "--requests", paramLabel = "N", description = "how many at once (default: 200)")
    private int requests = 200;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this page")
    boolean help;

    private final TextTable table = new TextTable("", "pool", "200", "503", "all answered after");
    private boolean isAsTold = true;

    HoldAndWait(Page page) {
        this.page = page;
    }

    @Override
    public Integer call() {
        page.print(
                "Hold and wait: requests that have a connection wait for a thread, whose threads wait for a connection\n");
        page.progress("starting PostgreSQL ...");
        try (Database database = url == null ? Database.embedded() : Database.at(url)) {
            page.print("A request is two tasks on an executor of " + TwoTasks.THREADS + " threads, on "
                    + database.description() + ":");
            page.print("who asks, and what he asks for. " + requests + " come at once; " + TIMEOUT.toSeconds()
                    + " s to wait for a connection.\n");
            stuck("1. One session over both tasks, in one transaction", database, 8);
            stuck("2. The same, with a pool of 16 + 4", database, 16);
            cured("3. The same, with a commit at the end of the first task", database, TwoTasks::releasing);
            cured("4. One session, opened and closed within one task", database, TwoTasks::together);
        }
        page.print("Side by side:\n");
        page.print(table.text());
        page.print(
                isAsTold
                        ? "A larger pool does not cure it: it would need a connection for each request under way."
                        : "The demo did not show what it should.");
        return isAsTold ? 0 : 1;
    }

    /// Of the later timeouts is nothing asked: as soon as the first callers have given up, it is no longer stuck.
    private void stuck(String title, Database database, int size) {
        Timeouts timeouts = new Timeouts();
        Answers answers = play(title, database, size, timeouts, TwoTasks::keeping);
        List<Explanation> explanations = timeouts.explanations();
        explanations.stream().findFirst().ifPresent(explanation -> page.print(explanation.text() + "\n"));
        isAsTold &= answers.failed() > 0 && !explanations.isEmpty() && names(explanations.getFirst());
    }

    private static boolean names(Explanation explanation) {
        return explanation.diagnoses().stream().anyMatch(Diagnosis.HoldAndWait.class::isInstance);
    }

    private void cured(String title, Database database, Function<TwoTasks, CompletableFuture<Void>> request) {
        Answers answers = play(title, database, 8, new Timeouts(), request);
        isAsTold &= answers.failed() == 0 && answers.ok() == requests;
    }

    private Answers play(
            String title,
            Database database,
            int size,
            Timeouts timeouts,
            Function<TwoTasks, CompletableFuture<Void>> request) {
        page.print(title);
        try (Engine engine = Engine.create(
                        database.url("aludel hold-and-wait"),
                        options -> options.name("trips")
                                .poolSize(size)
                                .maxOverflow(4)
                                .poolTimeout(TIMEOUT)
                                .pool(settings -> settings.listener(timeouts)));
                TwoTasks service = new TwoTasks(Sessions.on(engine).labelled(LABEL))) {
            engine.pool().ifPresent(pool -> page.progress("   opening connections ..."));
            Answers answers = TwoTasks.play(requests, () -> request.apply(service));
            page.print("   " + answers.summary() + ", all of them within " + Time.text(answers.took()) + "\n");
            table.row(
                    title.substring(0, 2),
                    size + " + 4",
                    String.valueOf(answers.ok()),
                    String.valueOf(answers.failed()),
                    Time.text(answers.took()));
            return answers;
        }
    }
}
