package dev.aludel.pool;

import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/// What goes wrong while a pool that has one connection opens others.
enum ConnectingTrouble implements Truth.Case {
    SLOW {
        @Override
        public Truth begin(Stage stage) {
            oneIsLent(stage);
            long patience = stage.between(300 * MILLISECOND, 4 * SECOND);
            long connect = stage.between(patience * 3 / 2, patience * 4);
            afterTheFirst(stage, () -> {
                stage.rest(connect);
                return stage.connect();
            });
            stage.waitsInVain(SECOND, Duration.ofNanos(patience));
            return Truth.is(NotConnected.ConnectSlow.class);
        }
    },
    FAILS {
        @Override
        public Truth begin(Stage stage) {
            Failure failure = drawn(stage).getFirst();
            fails(stage, failure, failure);
            return Truth.is(failure.cause);
        }
    },
    FAILS_IN_TWO_WAYS {
        @Override
        public Truth begin(Stage stage) {
            List<Failure> failures = drawn(stage);
            fails(stage, failures.get(0), failures.get(1));
            return new Truth(Set.of(failures.get(0).cause, failures.get(1).cause), Set.of());
        }
    },
    /// It works again, and those that are being opened come too late.
    RECOVERS {
        @Override
        public Truth begin(Stage stage) {
            oneIsLent(stage);
            Failure failure = drawn(stage).getFirst();
            long back = 2 * SECOND;
            long patience = stage.between(4 * SECOND, 6 * SECOND);
            long[] opened = {0};
            afterTheFirst(stage, () -> {
                if (stage.now() < back) {
                    throw failure.error.get();
                }
                stage.rest(opened[0]++ == 0 ? 100 * MILLISECOND : 2 * patience);
                return stage.connect();
            });
            stage.does("before", () -> {
                stage.rest(SECOND);
                Callers.asksARemoteService(stage, "GET /holds", false, SECOND);
            });
            stage.waitsInVain(SECOND + 10 * MILLISECOND, Duration.ofNanos(patience));
            return Truth.is(NotConnected.Recovering.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    /// A connect failed, and then all are open.
    NEARLY_FAILS {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 8);
            Failure failure = drawn(stage).getFirst();
            long[] tries = {0};
            stage.connects(() -> {
                if (++tries[0] == 2) {
                    throw failure.error.get();
                }
                return stage.connect();
            });
            stage.each(size, "remote", () -> Callers.asksARemoteService(stage, "GET /holds", false, SECOND));
            stage.waitsInVain(2 * SECOND, Duration.ofNanos(stage.between(SECOND, 8 * SECOND)));
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    };

    /// How connecting fails.
    private record Failure(Class<? extends Diagnosis> cause, Supplier<SQLException> error) {
        static Failure because(Class<? extends Diagnosis> cause, Supplier<Exception> reason) {
            return new Failure(cause, () -> new SQLException("the connection attempt failed", "08001", reason.get()));
        }

        static Failure of(Class<? extends Diagnosis> cause, String state) {
            return new Failure(cause, () -> new SQLException("refused", state));
        }
    }

    private static final List<Failure> FAILURES = List.of(
            Failure.because(NotConnected.HostUnknown.class, () -> new UnknownHostException("db")),
            Failure.because(NotConnected.ConnectionRefused.class, () -> new ConnectException("Connection refused")),
            Failure.because(NotConnected.Unreachable.class, () -> new NoRouteToHostException("no route")),
            Failure.because(NotConnected.NoAnswer.class, () -> new SocketTimeoutException("timed out")),
            Failure.because(NotConnected.TlsFailed.class, () -> new SSLHandshakeException("expired")),
            Failure.of(NotConnected.LoginRefused.class, "28P01"),
            Failure.of(NotConnected.NoDatabase.class, "3D000"),
            Failure.of(NotConnected.ServerFull.class, "53300"),
            Failure.of(NotConnected.ServerStarting.class, "57P03"),
            Failure.of(NotConnected.ReadOnly.class, "25006"),
            Failure.of(NotConnected.ConnectFailed.class, "08P01"));

    private static List<Failure> drawn(Stage stage) {
        List<Failure> all = new ArrayList<>(FAILURES);
        Collections.shuffle(all, new Random(stage.random.nextLong()));
        return all;
    }

    /// One connection is there, so that it is worth waiting.
    private static void oneIsLent(Stage stage) {
        Trouble.size(stage, 3, 10);
        stage.does("first", () -> Callers.asksARemoteService(stage, "GET /holds", false, SECOND));
    }

    private static void afterTheFirst(Stage stage, ConnectionSource others) {
        boolean[] isOpen = {false};
        stage.connects(() -> {
            if (!isOpen[0]) {
                isOpen[0] = true;
                return stage.connect();
            }
            return others.connect();
        });
    }

    private static void fails(Stage stage, Failure first, Failure second) {
        oneIsLent(stage);
        long[] tries = {0};
        long takes = stage.between(MILLISECOND, 50 * MILLISECOND);
        afterTheFirst(stage, () -> {
            stage.rest(takes);
            throw (tries[0]++ % 2 == 0 ? first : second).error.get();
        });
        stage.waitsInVain(SECOND, Duration.ofNanos(stage.between(2 * SECOND, 9 * SECOND)));
    }
}
