package dev.aludel.lab;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `aludel demo`: a pool that starves, what it says about it, and two cures.
@Command(
        name = "demo",
        description = {
            "Plays 200 users against a web service whose pool has 8 + 4 connections, on a real PostgreSQL:",
            "once with a handler that holds its connection during a remote call, twice with one that does not.",
            "Exits with 1 unless the first one's timeouts name its route and line, and the others have none."
        },
        subcommands = HoldAndWait.class)
final class Demo implements Callable<Integer> {
    private final Page page;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "a PostgreSQL of your own, postgresql://user:password@host/database, instead of an embedded"
                    + " one; the demo makes its tables in a new schema there, and drops it at the end")
    private @Nullable String url;

    @Option(names = "--clients", paramLabel = "N", description = "users at the same time (default: 200)")
    private int clients = 200;

    @Option(names = "--seconds", paramLabel = "N", description = "for how long each load sends (default: 5)")
    private int seconds = 5;

    @Option(names = "--stay", description = "keep the service running afterwards, until Ctrl-C")
    private boolean stay;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this page")
    boolean help;

    Demo(Page page) {
        this.page = page;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Clients users = new Clients(clients, Duration.ofSeconds(seconds));
        Timeouts timeouts = new Timeouts();
        Verdict verdict = new Verdict();
        page.print("Aludel demo: a pool that starves, what it says about it, and two cures\n");
        page.progress("starting PostgreSQL and the web service ...");
        try (Stage stage = Stage.open(database(), options -> options.listener(timeouts))) {
            introduce(stage, users);
            new Story(page, stage.service(), timeouts, users, verdict).tell();
            verdict.connected(stage.connections());
            page.print("Peak memory of the service: " + Memory.peak());
            if (stay) {
                remain(stage);
            }
            long left = stage.closeService();
            verdict.leftBehind(left);
            tell(left);
        }
        return conclude(verdict);
    }

    private Database database() {
        return url == null ? Database.embedded() : Database.at(url);
    }

    private void introduce(Stage stage, Clients users) {
        page.print("The service 'trips' runs in this JVM, on " + stage.description() + ":");
        page.print("one session per request, a pool of 8 + 4 connections, 3 s to wait for one of them.");
        page.print(users.number() + " users in another JVM send for "
                + users.duration().toSeconds() + " s, each its next request as soon as it has its answer.\n");
    }

    private void remain(Stage stage) throws InterruptedException {
        stage.tellAtTheEnd(this::tell);
        page.print("\nThe service stays up, and lists its routes at http://localhost:"
                + stage.service().port() + "/; Ctrl-C stops it.");
        new CountDownLatch(1).await();
    }

    private void tell(long left) {
        page.print("Connections left behind, according to pg_stat_activity: " + left);
    }

    private int conclude(Verdict verdict) {
        if (verdict.complaints().isEmpty()) {
            page.print(
                    "\nThe same work, the same pool: it starved because connections were held while nothing was asked of"
                            + "\nthe database, and the timeout said who held them and where.");
            return 0;
        }
        page.print("\nThe demo did not show what it should:");
        verdict.complaints().forEach(complaint -> page.print("- " + complaint));
        return 1;
    }
}
