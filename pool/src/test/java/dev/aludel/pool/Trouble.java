package dev.aludel.pool;

import static dev.aludel.pool.Stage.FOR_GOOD;
import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// What can go wrong, and what nearly does: each with what is to be said of it. How many, how long and when is drawn.
///
/// A name that begins with `NEARLY` is of a near miss: what it is nearly must not be named.
enum Trouble implements Truth.Case {
    HELD_OUTSIDE_SQL {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 10);
            boolean inTransaction = stage.random.nextBoolean();
            for (int i = 0; i < size; i++) {
                long pace = stage.between(20 * MILLISECOND, 3 * SECOND);
                stage.does("remote", () -> Callers.asksARemoteService(stage, "GET /holds", inTransaction, pace));
            }
            late(stage, 2 * SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    HELD_OUTSIDE_SQL_AGAIN_AND_AGAIN {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 6);
            long outside = stage.between(50 * MILLISECOND, 2 * SECOND);
            long inSql = stage.between(outside / 50, outside * 6 / 10);
            stage.each(20 * size, "again", () -> Callers.comesAgain(stage, "GET /quote", inSql, outside));
            late(stage, 2 * outside, 8 * outside);
            return Truth.is(Diagnosis.HeldOutsideSql.class).orMerelyInDatabase();
        }
    },
    NEARLY_HELD_OUTSIDE_SQL {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 6);
            long inSql = stage.between(50 * MILLISECOND, 2 * SECOND);
            long outside = stage.between(inSql / 50, inSql * 3 / 10);
            stage.each(20 * size, "again", () -> Callers.comesAgain(stage, "GET /quote", inSql, outside));
            late(stage, 4 * inSql, 8 * inSql);
            return Truth.none().orMerelyInDatabase();
        }
    },
    IDLE_IN_TRANSACTION {
        @Override
        public Truth begin(Stage stage) {
            int most = allButAFew(stage, size(stage, 1, 10));
            stage.each(most, "lunch", () -> Callers.goesToLunch(stage, "PUT /seats"));
            late(stage, 6 * SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.IdleInTransaction.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    NEARLY_IDLE_IN_TRANSACTION {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 10);
            stage.each(size, "lunch", () -> Callers.goesToLunch(stage, "PUT /seats"));
            stage.waitsInVain(100 * MILLISECOND, Duration.ofNanos(stage.between(SECOND, 4_500 * MILLISECOND)));
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    LEAKED {
        @Override
        public Truth begin(Stage stage) {
            int most = allButAFew(stage, size(stage, 1, 10));
            stage.each(most, "forgets", () -> Callers.forgets(stage, "GET /count"));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.Leaked.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    HOLD_AND_WAIT {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 8);
            stage.each(size, "first hop", () -> {
                Callers.authenticates(stage, "GET /authed");
                stage.isIdle();
            });
            stage.each(4 * size, "first hop", () -> {
                stage.rest(10 * MILLISECOND);
                Callers.authenticates(stage, "GET /authed");
            });
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HoldAndWait.class);
        }
    },
    CIRCULAR_WAIT {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 8);
            stage.each(size, "audits", () -> Callers.audits(stage, "POST /trips", 20 * MILLISECOND));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.CircularWait.class);
        }
    },
    CIRCULAR_WAIT_OF_MOST {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 4, 10);
            stage.each(size - 1, "audits", () -> Callers.audits(stage, "POST /trips", 20 * MILLISECOND));
            stage.does("remote", () -> Callers.asksARemoteService(stage, "GET /holds", false, SECOND));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.CircularWait.class);
        }
    },
    NEARLY_A_CIRCULAR_WAIT {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 4, 10);
            stage.each(size - 1, "remote", () -> Callers.asksARemoteService(stage, "GET /holds", false, SECOND));
            stage.does("audits", () -> Callers.audits(stage, "POST /trips", 20 * MILLISECOND));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    SLOW_SQL {
        @Override
        public Truth begin(Stage stage) {
            int most = allButAFew(stage, size(stage, 1, 10));
            stage.each(most, "reports", () -> Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.SlowSql.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    LOCKED_BY_OTHER {
        @Override
        public Truth begin(Stage stage) {
            int most = allButAFew(stage, size(stage, 1, 10));
            stage.each(most, "blocked", () -> Callers.isBlocked(stage, "PUT /seats"));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.LockedByOther.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    LOCKED_BY_OWN {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 3, 10);
            stage.does("blocks", () -> Callers.blocks(stage, "POST /trips"));
            stage.each(size - 1, "blocked", () -> {
                stage.awaitsTheLock();
                Callers.isBlocked(stage, "PUT /seats");
            });
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.LockedByOwn.class)
                    .orAlso(Diagnosis.HeldOutsideSql.class)
                    .orAlso(Diagnosis.IdleInTransaction.class);
        }
    },
    NEARLY_LOCKED {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 5, 10);
            stage.does("blocked", () -> Callers.isBlocked(stage, "PUT /seats"));
            stage.each(
                    size - 1, "reports", () -> Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD));
            late(stage, SECOND, 9 * SECOND);
            return Truth.none().orMerelyInDatabase();
        }
    },
    IN_DATABASE {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 10);
            if (stage.random.nextBoolean()) {
                stage.settings.diagnosticConnection(false);
            } else {
                stage.hidesTheServer();
            }
            stage.each(size, "reports", () -> Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.InDatabase.class);
        }
    },
    POOLER {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 4, 10);
            stage.hasAPooler(1 + stage.random.nextInt(size / 2));
            stage.each(size, "reports", () -> Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.Pooler.class);
        }
    },
    NEARLY_A_POOLER {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 4, 10);
            stage.hasAPooler(size);
            stage.each(size, "reports", () -> Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.InDatabase.class);
        }
    },
    RESET_SLOW {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 8);
            long rollback = stage.between(100 * MILLISECOND, SECOND);
            long inSql = stage.between(rollback / 50, rollback * 3 / 10);
            stage.each(20 * size, "no commit", () -> Callers.neverCommits(stage, "PUT /seats", inSql, rollback));
            late(stage, 3 * rollback, 9 * rollback);
            return Truth.is(Diagnosis.ResetSlow.class);
        }
    },
    NEARLY_A_SLOW_RESET {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 8);
            long inSql = stage.between(100 * MILLISECOND, SECOND);
            long rollback = stage.between(inSql / 50, inSql * 3 / 10);
            stage.each(20 * size, "no commit", () -> Callers.neverCommits(stage, "PUT /seats", inSql, rollback));
            late(stage, 4 * inSql, 9 * inSql);
            return Truth.none().orMerelyInDatabase();
        }
    },
    UNSEEN {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 10);
            stage.each(size, "unwraps", () -> Callers.unwraps(stage, "GET /copy"));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.Unknown.class);
        }
    },
    SUSPENDED {
        @Override
        public Truth begin(Stage stage) {
            size(stage, 1, 10);
            stage.does("operator", () -> stage.pool().suspend(Duration.ZERO));
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.Suspended.class);
        }
    },
    NEARLY_SUSPENDED {
        @Override
        public Truth begin(Stage stage) {
            int size = size(stage, 1, 10);
            stage.does("operator", () -> {
                stage.pool().suspend(Duration.ZERO);
                stage.pool().resume();
            });
            stage.each(size, "remote", () -> {
                stage.rest(10 * MILLISECOND);
                Callers.asksARemoteService(stage, "GET /holds", false, SECOND);
            });
            late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    PAUSED {
        @Override
        public Truth begin(Stage stage) {
            standStill(stage, 0.6, 0.85);
            return Truth.is(Diagnosis.Paused.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    NEARLY_PAUSED {
        @Override
        public Truth begin(Stage stage) {
            standStill(stage, 0.05, 0.35);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    };

    /// Draws how many connections the pool has, a part of them as overflow.
    static int size(Stage stage, int least, int most) {
        int all = least + stage.random.nextInt(most - least + 1);
        int overflow = stage.random.nextInt(all);
        stage.settings.size(all - overflow).maxOverflow(overflow);
        return all;
    }

    /// Has a third of the connections, or fewer, lent to somebody who does something else.
    ///
    /// @return how many are left for the trouble
    static int allButAFew(Stage stage, int size) {
        int few = stage.random.nextInt(1 + size / 3);
        for (int i = 0; i < few; i++) {
            long pace = stage.between(20 * MILLISECOND, SECOND);
            stage.does("remote", () -> Callers.asksARemoteService(stage, "GET /few", false, pace));
        }
        return size - few;
    }

    /// The caller who is told comes when all connections are taken.
    static void late(Stage stage, long least, long most) {
        stage.waitsInVain(stage.between(100 * MILLISECOND, SECOND), Duration.ofNanos(stage.between(least, most)));
    }

    /// @param least what part of the wait nothing runs at least
    private static void standStill(Stage stage, double least, double most) {
        int size = size(stage, 1, 10);
        stage.each(size, "remote", () -> Callers.asksARemoteService(stage, "GET /holds", false, SECOND));
        long arrives = stage.between(100 * MILLISECOND, SECOND);
        long patience = stage.between(2 * SECOND, 9 * SECOND);
        long from = arrives + patience / 20;
        long length = (long) (patience * (least + stage.random.nextDouble() * (most - least)));
        stage.standStill(from, from + length);
        stage.waitsInVain(arrives, Duration.ofNanos(patience));
    }

    /// What a part of the holders may do, of a mixture of two.
    enum Half {
        REMOTE(Diagnosis.HeldOutsideSql.class) {
            @Override
            void has(Stage stage) throws SQLException {
                Callers.asksARemoteService(stage, "GET /holds", false, stage.between(300 * MILLISECOND, SECOND));
            }
        },
        LUNCH(Diagnosis.IdleInTransaction.class) {
            @Override
            void has(Stage stage) throws SQLException {
                Callers.goesToLunch(stage, "PUT /seats");
            }
        },
        FORGETS(Diagnosis.Leaked.class) {
            @Override
            void has(Stage stage) throws SQLException {
                Callers.forgets(stage, "GET /count");
            }
        },
        REPORT(Diagnosis.SlowSql.class) {
            @Override
            void has(Stage stage) throws SQLException {
                Callers.reports(stage, "GET /report", "select * from fares", FOR_GOOD);
            }
        },
        BLOCKED(Diagnosis.LockedByOther.class) {
            @Override
            void has(Stage stage) throws SQLException {
                Callers.isBlocked(stage, "PUT /seats");
            }
        };

        final Class<? extends Diagnosis> cause;

        Half(Class<? extends Diagnosis> cause) {
            this.cause = cause;
        }

        abstract void has(Stage stage) throws SQLException;
    }

    /// Two troubles at once, each of four to six tenths of the connections.
    static Truth two(Stage stage) {
        List<Half> halves = new ArrayList<>(List.of(Half.values()));
        Collections.shuffle(halves, new Random(stage.random.nextLong()));
        int size = size(stage, 5, 12);
        int first = Math.clamp((int) (size * (0.4 + 0.2 * stage.random.nextDouble()) + 0.5), 2, size - 2);
        for (int i = 0; i < size; i++) {
            Half half = halves.get(i < first ? 0 : 1);
            stage.does(half.name(), () -> half.has(stage));
        }
        late(stage, 6 * SECOND, 9 * SECOND);
        return new Truth(Set.of(halves.get(0).cause, halves.get(1).cause), Set.of());
    }
}
