package dev.aludel.pool;

import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;

/// What can go wrong between two pools, and between pieces of work that are said to be such, and what nearly does.
enum CrossingTrouble implements Truth.Case {
    /// Those who have a connection of one want one of the other, and the other way round.
    CROSSING_POOLS {
        @Override
        public Truth begin(Stage stage) {
            cross(stage, Trouble.size(stage, 1, 8), 0);
            Trouble.late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.CircularWait.class);
        }
    },
    /// But somebody has a connection of the other, and does not wait.
    NEARLY_CROSSING_POOLS {
        @Override
        public Truth begin(Stage stage) {
            cross(stage, Trouble.size(stage, 1, 8), 1 + stage.random.nextInt(3));
            Trouble.late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    /// All want one of the other, whose connections somebody keeps.
    ANOTHER_POOL_IS_SLOW {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 1, 8);
            int others = 1 + stage.random.nextInt(4);
            Pool audit = stage.other(others);
            stage.each(others, "keeps", () -> Callers.keeps(stage, audit, "POST /audit"));
            stage.each(size, "crosses", () -> Callers.crosses(stage, stage.pool(), audit, "POST /trips", SOON));
            Trouble.late(stage, SECOND, 9 * SECOND);
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    /// Each piece of work wants a second connection.
    CIRCULAR_WAIT_OF_SCOPES {
        @Override
        public Truth begin(Stage stage) {
            audits(stage, "");
            return Truth.is(Diagnosis.CircularWait.class);
        }
    },
    /// But the second is for another piece of work, so that the first may go on elsewhere.
    NEARLY_A_CIRCULAR_WAIT_OF_SCOPES {
        @Override
        public Truth begin(Stage stage) {
            audits(stage, " too");
            return Truth.is(Diagnosis.HoldAndWait.class);
        }
    };

    private static final long SOON = 20 * MILLISECOND;

    /// @param keeping how many keep a connection of the other pool meanwhile
    private static void cross(Stage stage, int size, int keeping) {
        int others = 1 + stage.random.nextInt(8);
        Pool audit = stage.other(others + keeping);
        stage.each(size, "crosses", () -> Callers.crosses(stage, stage.pool(), audit, "POST /trips", SOON));
        stage.each(others, "crosses", () -> Callers.crosses(stage, audit, stage.pool(), "POST /audit", SOON));
        stage.each(keeping, "keeps", () -> Callers.keeps(stage, audit, "POST /audit"));
    }

    private static void audits(Stage stage, String second) {
        int size = Trouble.size(stage, 1, 8);
        for (int i = 0; i < size; i++) {
            String work = "request " + i;
            stage.does("audits", () -> Callers.audits(stage, "POST /trips", work, work + second, SOON));
        }
        Trouble.late(stage, SECOND, 9 * SECOND);
    }
}
