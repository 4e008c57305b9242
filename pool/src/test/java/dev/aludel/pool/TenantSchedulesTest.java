package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.aludel.testkit.SeededScheduler;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/// Plays drawn schedules on the permits of tenants, as [PoolSchedulesTest] does on the pool.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TenantSchedulesTest {
    private static final int SCHEDULES = 10_000;
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(QueuePool.class);

    /// What goes wrong is meant to, here.
    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
        assertThat(Text.format("%.2f", 0.5)).isEqualTo("0.50"); // reads how numbers are written, under locks
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Test
    void no_permit_is_lost_or_doubled_and_nobody_is_forgotten() {
        LongFunction<SeededScheduler> player = player(new Woven());
        long first = Long.getLong("aludel.seed", 1);
        for (long seed = first; seed < first + SCHEDULES; seed++) {
            assertThat(failure(player, seed)).as("seed %s", seed).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Tenant.hand, takeFree, false, somebody waits for",
        "Tenant.hand, takeFree, true, has",
        "Tenant.join, takeFree, false, somebody waits for",
        "Tenant.take, takeFree, true, has",
        "Tenant.offer, permit, true, somebody waits for",
        "Tenant.offer, wake, false, somebody waits for",
        "Tenant.giveBack, hand, false, somebody waits for",
        "Tenant.exit, forget, false, something is known of a tenant",
        "Tenants.checkOut, letGo, false, somebody is counted who does not wait",
        "Queueing.failsOne, fail, false, somebody waits for a pool that is closed",
        "Ranks.movesOn, count, false, somebody is counted who does not wait",
        "Ranks.countIn, isLetIn, true, more wait than may"
    })
    void a_mistake_in_it_is_found(String method, String call, boolean result, String told) {
        LongFunction<SeededScheduler> player = player(new Woven(new Woven.Mistake(method, call, 1, result)));

        assertThat(failures(player).anyMatch(message -> message.contains(told)))
                .as("found")
                .isTrue();
    }

    @SuppressWarnings("unchecked")
    private static LongFunction<SeededScheduler> player(Woven woven) {
        return woven.instance(TenantSchedule.Player.class, LongFunction.class);
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
