package dev.aludel.pool;

import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;
import java.time.Duration;

/// What can go wrong for one caller and not for others, and what nearly does: see [Trouble].
enum OwnTrouble implements Truth.Case {
    TENANT_AT_CAP {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 10);
            int most = cap(stage, size);
            remote(stage, most, ACME);
            late(stage, ACME, stage.between(SECOND, 9 * SECOND));
            return Truth.is(OwnReason.TenantAtCap.class);
        }
    },
    TENANT_AT_CAP_AGAIN_AND_AGAIN {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 6);
            int most = cap(stage, size);
            long hold = again(stage, 20 * most, ACME);
            late(stage, ACME, stage.between(2 * hold, 8 * hold));
            return Truth.is(OwnReason.TenantAtCap.class);
        }
    },
    TENANT_AT_CAP_AND_ALL_LENT {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 10);
            int most = cap(stage, size);
            remote(stage, most, ACME);
            remote(stage, size - most, Borrower.of(null));
            late(stage, ACME, stage.between(SECOND, 9 * SECOND));
            return Truth.is(OwnReason.TenantAtCap.class).orAlso(Diagnosis.HeldOutsideSql.class);
        }
    },
    NEARLY_A_TENANT_AT_CAP {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 10);
            int most = cap(stage, size);
            remote(stage, most - 1, ACME);
            remote(stage, size - most + 1, Borrower.of(null));
            late(stage, ACME, stage.between(SECOND, 9 * SECOND));
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    NEARLY_A_TENANT_WHO_HAS_ALL_IT_MAY {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 2, 10);
            int most = cap(stage, size);
            remote(stage, size, Borrower.of(null));
            stage.each(most, "waits itself", () -> {
                stage.rest(20 * MILLISECOND);
                stage.asksAs(ACME);
                Callers.asksARemoteService(stage, "GET /holds", false, SECOND);
            });
            late(stage, ACME, stage.between(SECOND, 9 * SECOND));
            return Truth.is(Diagnosis.HeldOutsideSql.class);
        }
    },
    OUTRANKED {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 1, 6);
            Priority higher = stage.random.nextBoolean() ? Priority.HIGH : Priority.NORMAL;
            long hold = again(stage, 3 * size, Borrower.of(null).priority(higher));
            late(stage, Borrower.of(null).priority(Priority.LOW), stage.between(9 * hold, 16 * hold));
            return Truth.is(OwnReason.Outranked.class)
                    .orAlso(Diagnosis.HeldOutsideSql.class)
                    .orMerelyInDatabase();
        }
    },
    NEARLY_OUTRANKED {
        @Override
        public Truth begin(Stage stage) {
            int size = Trouble.size(stage, 1, 6);
            long hold = again(stage, 20 * size, Borrower.of(null).priority(Priority.HIGH));
            late(stage, Borrower.of(null).priority(Priority.LOW), stage.between(2 * hold, 8 * hold));
            return Truth.is(Diagnosis.HeldOutsideSql.class).orMerelyInDatabase();
        }
    };

    private static final Borrower ACME = Borrower.of(null).tenant("acme");

    /// Draws how many connections a tenant may have: fewer than there are.
    private static int cap(Stage stage, int size) {
        int most = 1 + stage.random.nextInt(size - 1);
        stage.settings.maxPerTenant(most);
        return most;
    }

    private static void remote(Stage stage, int count, Borrower who) {
        for (int i = 0; i < count; i++) {
            long pace = stage.between(20 * MILLISECOND, SECOND);
            stage.does("remote", () -> {
                stage.asksAs(who);
                Callers.asksARemoteService(stage, "GET /holds", false, pace);
            });
        }
    }

    /// @return how long each has a connection, each time
    private static long again(Stage stage, int count, Borrower who) {
        long outside = stage.between(50 * MILLISECOND, 500 * MILLISECOND);
        long inSql = stage.between(outside / 50, outside * 6 / 10);
        stage.each(count, "again", () -> {
            stage.asksAs(who);
            Callers.comesAgain(stage, "GET /quote", inSql, outside);
        });
        return inSql + outside;
    }

    private static void late(Stage stage, Borrower who, long patience) {
        stage.waitsInVain(stage.between(100 * MILLISECOND, SECOND), Duration.ofNanos(patience), who);
    }
}
