package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Of what a console shows, only what is so of the pool's own database is told.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolerConsoleTest {
    /// Two databases, of which one is paused.
    private static List<Map<String, String>> answer(String command) throws SQLException {
        return switch (command) {
            case "SHOW DATABASES" ->
                List.of(
                        Map.of("name", "trips", "database", "app", "paused", "0", "pool_size", "20"),
                        Map.of("name", "audit", "database", "app", "paused", "1", "pool_size", "5"));
            case "SHOW POOLS" ->
                List.of(
                        Map.of(
                                "database",
                                "trips",
                                "user",
                                "web",
                                "cl_waiting",
                                "1",
                                "maxwait",
                                "0",
                                "sv_active",
                                "20"),
                        Map.of(
                                "database",
                                "trips",
                                "user",
                                "batch",
                                "cl_waiting",
                                "4",
                                "maxwait",
                                "9",
                                "sv_active",
                                "3"),
                        Map.of(
                                "database",
                                "audit",
                                "user",
                                "web",
                                "cl_waiting",
                                "7",
                                "maxwait",
                                "30",
                                "sv_active",
                                "0"));
            default -> throw new SQLException("no such command", "08P01");
        };
    }

    private static PoolerReport.@Nullable Queue ask(@Nullable String database, @Nullable String user)
            throws SQLException {
        return new PoolerConsole(Bouncers.console(PoolerConsoleTest::answer))
                .ask(database, user, Duration.ofSeconds(1));
    }

    @Test
    void tells_of_one_database_and_user() throws Exception {
        assertThat(ask("trips", "web")).isEqualTo(new PoolerReport.Queue(false, 1, Duration.ZERO, 20, 20));
        assertThat(ask("audit", "web")).isEqualTo(new PoolerReport.Queue(true, 7, Duration.ofSeconds(30), 0, 5));
    }

    @Test
    void tells_of_all_of_a_database_where_the_pooler_logs_in_as_another_user() throws Exception {
        assertThat(ask("trips", "me")).isEqualTo(new PoolerReport.Queue(false, 5, Duration.ofSeconds(9), 23, 20));
    }

    @ParameterizedTest
    @CsvSource({"app", ","})
    void tells_of_no_other_database(@Nullable String database) throws Exception {
        assertThat(ask(database, "web")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://bouncer:6432/trips?user=web, trips",
        "'jdbc:postgresql://one,two/my%20trips', my trips",
        "jdbc:postgresql:trips, trips",
        "jdbc:postgresql://bouncer/?options=a/b,",
        "jdbc:postgresql://bouncer/,",
        "jdbc:h2:mem:trips,",
        ","
    })
    void knows_the_database_by_the_name_that_is_asked_for(@Nullable String url, @Nullable String name) {
        assertThat(PoolerConsole.database(url)).isEqualTo(name);
    }
}
