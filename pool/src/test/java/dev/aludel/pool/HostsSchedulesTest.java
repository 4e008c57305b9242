package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.SeededScheduler;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Plays drawn schedules on searches among several servers, as [PoolSchedulesTest] does on the pool.
@DisplayNameGeneration(ReplaceUnderscores.class)
class HostsSchedulesTest {
    private static final int SCHEDULES = 20_000;

    @Test
    void no_connection_is_lost_and_a_server_that_is_good_is_found() {
        LongFunction<SeededScheduler> player = player(new Woven());
        long first = Long.getLong("aludel.seed", 1);
        for (long seed = first; seed < first + SCHEDULES; seed++) {
            assertThat(player.apply(seed).switches()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Search$Visit.settle, close, a connection that nobody has stays open",
        "Search.closeElsewhere, execute, a connection that nobody has stays open",
        "Search$Visit.abandon, interrupt, a search took longer than it may",
        "Search.refusal, awaitReturn, a search failed while a thread of it is with a server",
        "Search.awaitReturn, interrupt, the interrupt is lost"
    })
    void a_mistake_in_it_is_found(String method, String call, String told) {
        Woven woven = new Woven(new Woven.Mistake(method, call, 1, false));

        assertThat(failures(player(woven)).anyMatch(message -> message.contains(told)))
                .as("found")
                .isTrue();
    }

    @SuppressWarnings("unchecked")
    private static LongFunction<SeededScheduler> player(Woven woven) {
        return woven.instance(HostsSchedule.Player.class, LongFunction.class);
    }

    private static Stream<String> failures(LongFunction<SeededScheduler> player) {
        return LongStream.range(1, SCHEDULES).mapToObj(seed -> failure(player, seed));
    }

    private static String failure(LongFunction<SeededScheduler> player, long seed) {
        try {
            return player.apply(seed).switches() > 0 ? "" : "nothing was played";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }
}
