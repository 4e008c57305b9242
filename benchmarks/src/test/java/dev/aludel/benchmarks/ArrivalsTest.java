package dev.aludel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aludel.benchmarks.Arrivals.Arrival;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ArrivalsTest {
    private static final int MANY = 100_000;

    private static List<Arrival> drawn(double rate, long seed) {
        Arrivals arrivals = new Arrivals(rate, 0.010, seed);
        return Stream.generate(arrivals::next).limit(MANY).toList();
    }

    @Test
    void a_seed_gives_the_same_requests_each_time_and_another_seed_others() {
        assertThat(drawn(1_000, 1)).isEqualTo(drawn(1_000, 1)).isNotEqualTo(drawn(1_000, 2));
    }

    @Test
    void they_come_at_the_rate_in_order_and_independently_of_each_other() {
        List<Arrival> all = drawn(1_000, 1);

        assertThat(all).extracting(Arrival::at).isSorted();
        assertThat(all.getLast().at() / 1e9).isEqualTo(MANY / 1_000.0, within(1.0));
        // in a Poisson process as many vary in number as there are on the average
        int[] perWindow = new int[1_000];
        all.stream()
                .mapToInt(arrival -> (int) (arrival.at() / 100_000_000))
                .filter(window -> window < 1_000)
                .forEach(window -> perWindow[window]++);
        double mean = Arrays.stream(perWindow).average().orElseThrow();
        double variance = Arrays.stream(perWindow)
                .mapToDouble(count -> (count - mean) * (count - mean))
                .average()
                .orElseThrow();
        assertThat(variance / mean).isEqualTo(1, within(0.15));
    }

    @Test
    void their_work_is_exponential_and_the_same_at_every_rate() {
        List<Arrival> all = drawn(1_000, 1);

        double[] work = all.stream().mapToDouble(Arrival::work).sorted().toArray();
        assertThat(Arrays.stream(work).average().orElseThrow()).isEqualTo(0.010, within(0.0002));
        assertThat(work[MANY / 2]).isEqualTo(0.010 * Math.log(2), within(0.0002));
        assertThat(drawn(500, 1))
                .extracting(Arrival::work)
                .isEqualTo(all.stream().map(Arrival::work).toList());
    }
}
