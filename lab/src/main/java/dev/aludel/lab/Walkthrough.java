package dev.aludel.lab;

import static dev.aludel.lab.Trip_.TRIP;
import static dev.aludel.sql.Sql.select;

import dev.aludel.orm.Session;
import dev.aludel.orm.SessionTransaction;
import dev.aludel.orm.Sessions;
import org.slf4j.Logger;

/// Five sessions that show when a session begins a transaction, when it needs a connection, and when it gives it back.
///
/// It is the reference program of the model, statement by statement; its log is compared with the model's by a test.
final class Walkthrough {
    private final Sessions sessions;
    private final Logger main;

    /// @param sessions of an engine, with [Trip]; its table exists and is empty
    /// @param main     gets the program's own lines, at the lowest level
    Walkthrough(Sessions sessions, Logger main) {
        this.sessions = sessions;
        this.main = main;
    }

    void run() {
        flush();
        execute();
        empty();
        addOnly();
        begin();
        main.trace("finished");
    }

    private void flush() {
        main.trace("starting flush() block");
        try (Session session = sessions.open()) {
            state("inner - before add", session);
            session.add(new Trip());
            state("inner - before flush", session);
            session.flush();
            state("inner - before commit", session);
            session.commit();
            state("inner - before end of block", session);
        }
    }

    private void execute() {
        main.trace("starting execute() block");
        try (Session session = sessions.open()) {
            state("inner - before select", session);
            session.scalars(select(TRIP)).all();
            state("inner - before end of block", session);
        }
    }

    private void empty() {
        main.trace("starting empty block");
        try (Session _ = sessions.open()) {
            main.trace("empty block");
        }
    }

    private void addOnly() {
        main.trace("starting add() only block");
        try (Session session = sessions.open()) {
            state("inner - before add", session);
            session.add(new Trip());
            state("inner - before end of block", session);
        }
    }

    private void begin() {
        main.trace("starting begin block");
        try (Session session = sessions.open()) {
            try (SessionTransaction block = session.begin()) {
                state("inner inner - before add", session);
                session.add(new Trip());
                state("inner inner - before end of block", session);
                block.commit();
            }
            state("inner - before end of block", session);
        }
    }

    /// Writes the line in the model's own spelling.
    private void state(String where, Session session) {
        main.trace("('{}', 'in_transaction={}')", where, session.inTransaction() ? "True" : "False");
    }
}
