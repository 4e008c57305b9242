package dev.aludel.orm;

import static dev.aludel.orm.EmptyTrip_.EMPTY_TRIP;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.engine.Engine;
import dev.aludel.servers.Postgres;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionWalkThroughTest {
    private static final Logger MAIN = LoggerFactory.getLogger("main");

    // connection-model 4.2, 5.5: the model's reference program, on a warm engine
    @Test
    void logs_what_the_model_logs_in_its_order() throws Exception {
        String database = Postgres.shared().createDatabase("walkthrough");
        String url = Postgres.shared().url(database);
        try (Engine engine = Engine.create(
                url, options -> options.sqlalchemy().name("walkthrough").logValues(true))) {
            engine.run(connection -> connection.execute(createTable(EMPTY_TRIP)));
            try (LogLines log = LogLines.of(
                    "main", "dev.aludel.engine.Engine.walkthrough", "dev.aludel.pool.QueuePool.walkthrough")) {
                play(Sessions.on(engine, EMPTY_TRIP));

                assertThat(log.messages().stream()
                                .map(SessionWalkThroughTest::withoutWhatVaries)
                                .toList())
                        .containsExactlyElementsOf(reference());
            }
        }
    }

    private static void play(Sessions sessions) {
        MAIN.trace("starting flush() block");
        try (Session session = sessions.open()) {
            state("inner - before add", session);
            session.add(new EmptyTrip());
            state("inner - before flush", session);
            session.flush();
            state("inner - before commit", session);
            session.commit();
            state("inner - before end of block", session);
        }
        MAIN.trace("starting execute() block");
        try (Session session = sessions.open()) {
            state("inner - before select", session);
            session.scalars(select(EMPTY_TRIP)).all();
            state("inner - before end of block", session);
        }
        MAIN.trace("starting empty block");
        try (Session _ = sessions.open()) {
            MAIN.trace("empty block");
        }
        MAIN.trace("starting add() only block");
        try (Session session = sessions.open()) {
            state("inner - before add", session);
            session.add(new EmptyTrip());
            state("inner - before end of block", session);
        }
        MAIN.trace("starting begin block");
        try (Session session = sessions.open()) {
            try (SessionTransaction transaction = session.begin()) {
                state("inner inner - before add", session);
                session.add(new EmptyTrip());
                state("inner inner - before end of block", session);
                transaction.commit();
            }
            state("inner - before end of block", session);
        }
        MAIN.trace("finished");
    }

    private static void state(String where, Session session) {
        MAIN.trace("('{}', 'in_transaction={}')", where, session.inTransaction() ? "True" : "False");
    }

    private static String withoutWhatVaries(String line) {
        return line.replaceAll("\\[generated in [0-9.]+s]", "[generated in <t>s]")
                .replaceAll("\\[cached since [0-9.e+-]+s ago]", "[cached since <t>s ago]")
                .replaceAll("^Connection .* (checked out|being returned|rollback-on-return)", "Connection <conn> $1")
                .replace(" (nothing sent)", "")
                .replace("\n", "\\n");
    }

    private static List<String> reference() throws Exception {
        try (var stream = SessionWalkThroughTest.class.getResourceAsStream("/session-walkthrough.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
