package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.HostileServer;
import dev.aludel.testkit.HostileServer.Play;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A server that speaks PostgreSQL's protocol to do harm. (F27)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHostileServerTest {
    private static final Duration DEADLINE = ofMillis(500);

    @RegisterExtension
    final Canary canary = new Canary();

    private Pool pool(HostileServer server, Consumer<Settings> configure) {
        return canary.watch(Pool.of(settings -> configure.accept(settings.name("trips")
                .url("jdbc:postgresql://127.0.0.1:" + server.port() + "/trips?assumeMinServerVersion=18")
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .size(2)
                .connectTimeout(DEADLINE))));
    }

    static Stream<Named<Play>> plays() {
        return Stream.of(
                Named.of("silence", HostileServer.silence()),
                Named.of("2^31-1 rounds of hashing", HostileServer.endlessScram()),
                Named.of("an error without SQLState", HostileServer.errorWithoutState("go away")),
                Named.of("a message of a gigabyte", HostileServer.hugeMessage()));
    }

    @ParameterizedTest
    @MethodSource("plays")
    void fails_a_connect_within_its_deadline_and_leaves_nothing_behind(Play play) {
        try (HostileServer server = HostileServer.playing(play);
                Pool pool = pool(server, settings -> {})) {
            Throwable error = canary.thrown(catchThrowable(pool::getConnection));

            assertThat(error).isInstanceOf(ConnectFailedException.class);
            assertThat(((SQLException) error).getSQLState()).isNotNull();
            server.await(it -> it.connections() > 0 && it.open() == 0);
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0 && snapshot.abandoned() == 0);
        }
    }

    @Test
    void that_answers_queries_with_errors_without_sqlstate_costs_no_connection() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.errorsWithoutState("odd"));
                Pool pool = pool(server, settings -> settings.stateReset(StateReset.TRACKED))) {
            for (int i = 0; i < 2; i++) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(canary.thrown(catchThrowable(() -> statement.execute("select 1"))))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    error -> assertThat(error.getSQLState()).isNull());
                }
            }
            assertThat(server.connections()).isOne();
        }
    }

    /// The driver reads them for ever, deaf to interrupts since it never waits: its thread is given up, and counted.
    @Test
    @SuppressWarnings("try") // the server's end is what is tested
    void that_sends_notices_without_end_frees_its_caller_at_the_deadline_and_is_told_of() {
        try (HostileServer server = HostileServer.playing(HostileServer.endlessNotices());
                Pool pool = pool(server, settings -> {})) {
            assertThat(canary.thrown(catchThrowable(pool::getConnection)))
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("there was no answer in time");
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0 && snapshot.abandoned() == 1);

            server.close();

            Pools.awaitSnapshot(pool, snapshot -> snapshot.abandoned() == 0);
        }
    }
}
