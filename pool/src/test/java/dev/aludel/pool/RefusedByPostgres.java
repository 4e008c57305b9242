package dev.aludel.pool;

import static dev.aludel.pool.Stage.MILLISECOND;
import static dev.aludel.pool.Stage.SECOND;

import dev.example.Callers;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/// What a PostgreSQL does to who opens a second connection.
enum RefusedByPostgres implements Truth.Case {
    NOBODY_LISTENS {
        @Override
        Truth begins(PostgresStage stage) {
            afterTheFirst(
                    stage, () -> DriverManager.getConnection("jdbc:postgresql://localhost:" + NO_SERVER + "/trips"));
            return Truth.is(NotConnected.ConnectionRefused.class);
        }
    },
    DATABASE_IS_MISSING {
        @Override
        Truth begins(PostgresStage stage) {
            afterTheFirst(stage, () -> DriverManager.getConnection(stage.address() + "_missing?user=postgres"));
            return Truth.is(NotConnected.NoDatabase.class);
        }
    },
    LOGIN_IS_REFUSED {
        @Override
        Truth begins(PostgresStage stage) {
            afterTheFirst(stage, () -> DriverManager.getConnection(stage.address(), "nobody_knows", ""));
            return Truth.is(NotConnected.LoginRefused.class);
        }
    },
    ROLE_HAS_ENOUGH {
        @Override
        Truth begins(PostgresStage stage) {
            String role = "few_" + stage.settings.config().name();
            as(stage, "drop role if exists " + role); // a run may be played again
            as(stage, "create role " + role + " login connection limit 0");
            afterTheFirst(stage, () -> DriverManager.getConnection(stage.address(), role, ""));
            return Truth.is(NotConnected.ServerFull.class);
        }
    },
    CONNECTS_SLOWLY {
        @Override
        Truth begins(PostgresStage stage) {
            afterTheFirst(stage, () -> {
                stage.rest(20 * SECOND);
                return stage.connect();
            });
            return Truth.is(NotConnected.ConnectSlow.class);
        }
    };

    /// A port where nobody listens, nor will: a free one may be somebody's a moment later.
    private static final int NO_SERVER = 1;

    abstract Truth begins(PostgresStage stage);

    @Override
    public Truth begin(Stage stage) {
        PostgresStage real = (PostgresStage) stage;
        Trouble.size(real, 3, 10);
        real.lendsOnly(1);
        real.does("first", () -> Callers.asksARemoteService(real, "GET /holds", false, SECOND));
        real.waitsInVain(300 * MILLISECOND, Duration.ofNanos(real.between(SECOND, 5 * SECOND)));
        return begins(real);
    }

    private static void afterTheFirst(PostgresStage stage, ConnectionSource others) {
        boolean[] isOpen = {false};
        stage.connects(() -> {
            if (!isOpen[0]) {
                isOpen[0] = true;
                return stage.connect();
            }
            return others.connect();
        });
    }

    private static void as(PostgresStage stage, String sql) {
        try {
            stage.outside(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
