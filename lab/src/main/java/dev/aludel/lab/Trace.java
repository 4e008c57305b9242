package dev.aludel.lab;

import static dev.aludel.lab.Trip_.TRIP;
import static dev.aludel.sql.Sql.createTable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.aludel.engine.Engine;
import dev.aludel.orm.Sessions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aludel trace`: when a session needs a connection and when it gives it back, seen in its log.
@Command(
        name = "trace",
        description = {
            "Runs five small sessions on a real PostgreSQL and prints what the session, the engine and the pool log:",
            "when a transaction begins, when a connection is checked out, and when it is given back."
        })
final class Trace implements Callable<Integer> {
    private static final List<String> LOGGERS =
            List.of("main", "dev.aludel.engine.Engine", "dev.aludel.pool.QueuePool");

    private final Page page;

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "a PostgreSQL of your own, postgresql://user:password@host/database, instead of an embedded"
                    + " one; its table is made in a new schema there, which is dropped at the end")
    private @Nullable String url;

    @Option(names = "--pre-ping", description = "ping each connection before it is lent")
    private boolean prePing;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this page")
    boolean help;

    Trace(Page page) {
        this.page = page;
    }

    @Override
    public Integer call() {
        page.progress("starting PostgreSQL ...");
        try (Database database = url == null ? Database.embedded() : Database.at(url);
                Engine engine = Engine.create(
                        database.url("aludel trace"),
                        options -> options.sqlalchemy().prePing(prePing).logValues(true))) {
            engine.run(connection -> connection.execute(createTable(TRIP)));
            page.print("What five sessions do with their connections, on " + database.description() + ".");
            page.print(
                    "Left: who says it. 'main' is the program, Engine runs the SQL, QueuePool lends the connections.\n");
            listen(new Narrator(page));
            new Walkthrough(Sessions.on(engine, TRIP), LoggerFactory.getLogger("main")).run();
        }
        return 0;
    }

    private static void listen(Narrator narrator) {
        narrator.start();
        for (String name : LOGGERS) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.TRACE);
            logger.setAdditive(false);
            logger.addAppender(narrator);
        }
    }
}
