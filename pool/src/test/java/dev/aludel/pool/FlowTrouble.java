package dev.aludel.pool;

import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;
import java.time.Duration;

/// What goes wrong though no connection is kept for long: first few come, then more than can be served.
enum FlowTrouble implements Truth.Case {
    TOO_SMALL {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 4);
            long time = stage.between(30 * MILLISECOND, 80 * MILLISECOND);
            double capacity = size * 1e9 / time;
            come(stage, (0.3 + 0.3 * stage.random.nextDouble()) * capacity, 0, CALM, time, size);
            double times = 1.6 + stage.random.nextDouble();
            long patience = stage.between(2 * SECOND, 4 * SECOND);
            tooMany(stage, times, capacity, time, size, patience);
            return Truth.is(Diagnosis.TooSmall.class);
        }
    },
    OVERLOAD {
        @Override
        public Truth begin(Stage stage) {
            int processors = 2 + stage.random.nextInt(2);
            int size = processors * (6 + stage.random.nextInt(3));
            stage.settings.size(size).maxOverflow(0);
            long time = stage.between(30 * MILLISECOND, 60 * MILLISECOND);
            double capacity = processors * 1e9 / time;
            come(stage, (0.85 + 0.08 * stage.random.nextDouble()) * capacity, 0, CALM, time, processors);
            long patience = stage.between(4 * SECOND, 6 * SECOND);
            tooMany(stage, 2.5 + stage.random.nextDouble(), capacity, time, processors, patience);
            return Truth.is(Diagnosis.Overload.class).orAlso(Diagnosis.InDatabase.class);
        }
    },
    /// Each statement takes longer than before by itself: fewer are served, so the server is not at its limit.
    NEARLY_AN_OVERLOAD {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 4);
            long time = stage.between(30 * MILLISECOND, 60 * MILLISECOND);
            double rate = 0.6 * size * 1e9 / time;
            come(stage, rate, 0, CALM, time, size);
            long patience = stage.between(4 * SECOND, 6 * SECOND);
            come(stage, rate, CALM, CALM + 3 * patience, 5 * time, size);
            stage.waitsInVain(CALM + patience, Duration.ofNanos(patience));
            return Truth.is(Diagnosis.SlowSql.class).orAlso(Diagnosis.InDatabase.class);
        }
    },
    /// More is served than ever, and each takes longer: nobody knows what a larger pool would do.
    NEARLY_AN_OVERLOAD_OR_TOO_SMALL {
        @Override
        public Truth begin(Stage stage) {
            int processors = 2;
            int size = 2 * (4 + stage.random.nextInt(3));
            stage.settings.size(size).maxOverflow(0);
            long time = stage.between(30 * MILLISECOND, 60 * MILLISECOND);
            double capacity = processors * 1e9 / time;
            come(stage, (0.2 + 0.2 * stage.random.nextDouble()) * capacity, 0, CALM, time, processors);
            tooMany(stage, 2.5, capacity, time, processors, stage.between(4 * SECOND, 6 * SECOND));
            return Truth.none().orAlso(Diagnosis.InDatabase.class).orAlso(Diagnosis.SlowSql.class);
        }
    },
    /// Nobody was ever served without waiting.
    NEARLY_TOO_SMALL {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 4);
            long time = stage.between(30 * MILLISECOND, 80 * MILLISECOND);
            come(stage, 3 * size * 1e9 / time, 0, 8 * SECOND, time, size);
            stage.waitsInVain(4 * SECOND, Duration.ofNanos(stage.between(2 * SECOND, 4 * SECOND)));
            return Truth.is(Diagnosis.InDatabase.class);
        }
    },
    /// Many came, and go on coming: it is no burst.
    NEARLY_A_BURST {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 4);
            long time = stage.between(10 * MILLISECOND, 20 * MILLISECOND);
            double capacity = size * 1e9 / time;
            come(stage, (0.1 + 0.2 * stage.random.nextDouble()) * capacity, 0, CALM, time, size);
            come(stage, 2.5 * capacity, CALM, CALM + 5 * SECOND, time, size);
            long patience = stage.between(400 * MILLISECOND, 900 * MILLISECOND);
            stage.waitsInVain(CALM + 3 * SECOND, Duration.ofNanos(patience));
            return Truth.is(Diagnosis.TooSmall.class);
        }
    },
    BURST {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 6);
            long time = stage.between(10 * MILLISECOND, 20 * MILLISECOND);
            double capacity = size * 1e9 / time;
            come(stage, (0.1 + 0.2 * stage.random.nextDouble()) * capacity, 0, CALM, time, size);
            long patience = stage.between(400 * MILLISECOND, 900 * MILLISECOND);
            long many = (long) (1.5 * patience * capacity / 1e9);
            for (int i = 0; i < many; i++) {
                one(stage, CALM + stage.between(0, 20 * MILLISECOND), time, size);
            }
            stage.waitsInVain(CALM + 30 * MILLISECOND, Duration.ofNanos(patience));
            return Truth.is(Diagnosis.Burst.class);
        }
    },
    /// Connections do not outlive a loan.
    CHURN {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 1, 4);
            long connect = stage.between(100 * MILLISECOND, 400 * MILLISECOND);
            stage.settings.recycle(Duration.ofMillis(20));
            slowConnects(stage, connect);
            stage.each(
                    20 * size,
                    "again",
                    () -> Callers.comesAgain(stage, "GET /quote", 20 * MILLISECOND, 10 * MILLISECOND));
            stage.waitsInVain(connect, Duration.ofNanos(8 * connect));
            return Truth.is(Diagnosis.Churn.class);
        }
    },
    /// They are opened once.
    NEARLY_CHURN {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 1, 4);
            long connect = stage.between(50 * MILLISECOND, 100 * MILLISECOND);
            slowConnects(stage, connect);
            stage.each(
                    60 * size,
                    "again",
                    () -> Callers.comesAgain(stage, "GET /quote", 10 * MILLISECOND, 90 * MILLISECOND));
            stage.waitsInVain(connect, Duration.ofNanos(stage.between(SECOND, 4 * SECOND)));
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    };

    /// For how long few come.
    private static final long CALM = 8 * SECOND;

    private static void slowConnects(Stage stage, long time) {
        stage.connects(() -> {
            stage.rest(time);
            return stage.connect();
        });
    }

    /// So many times what can be served comes, for as long as the caller waits who is told. He comes
    /// when those before him take longer than that.
    private static void tooMany(Stage stage, double times, double capacity, long time, int processors, long patience) {
        long arrives = (long) (1.5 * patience / (times - 1));
        come(stage, times * capacity, CALM, CALM + arrives + patience, time, processors);
        stage.waitsInVain(CALM + arrives, Duration.ofNanos(patience));
    }

    /// Lets callers come, each when he comes, whoever waits.
    private static void come(Stage stage, double perSecond, long from, long to, long time, int processors) {
        for (long at = from; at < to; at += (long) (-1e9 / perSecond * Math.log(1 - stage.random.nextDouble()))) {
            one(stage, at, time, processors);
        }
    }

    private static void one(Stage stage, long at, long time, int processors) {
        stage.does("looks", () -> {
            stage.rest(at);
            if (!stage.isOver()) {
                Callers.looks(stage, "GET /fare", time, processors);
            }
        });
    }
}
