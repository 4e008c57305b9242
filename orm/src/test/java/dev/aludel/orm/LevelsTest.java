package dev.aludel.orm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LevelsTest {
    @Test
    void put_what_is_pointed_at_first() {
        Map<String, List<String>> targets =
                Map.of("a", List.of("b", "c"), "b", List.of("c"), "c", List.of(), "d", List.of("not among them"));

        assertThat(levels(List.of("a", "b", "c", "d"), targets))
                .containsExactly(List.of("c", "d"), List.of("b"), List.of("a"));
    }

    @Test
    void count_an_object_that_is_pointed_at_twice() {
        assertThat(levels(List.of("a", "b"), Map.of("a", List.of("b", "b"), "b", List.of())))
                .containsExactly(List.of("b"), List.of("a"));
    }

    @Test
    void of_a_circle_are_refused() {
        assertThatThrownBy(() -> levels(List.of("a", "b"), Map.of("a", List.of("b"), "b", List.of("a"))))
                .hasMessage("circle");
        assertThatThrownBy(() -> levels(List.of("a"), Map.of("a", List.of("a"))))
                .hasMessage("circle");
    }

    @Test
    void of_a_long_chain_need_no_stack() {
        List<Integer> chain = IntStream.range(0, 100_000).boxed().toList();

        List<List<Integer>> levels = Levels.of(
                chain, node -> node == 0 ? List.of() : List.of(chain.get(node - 1)), IllegalStateException::new);

        assertThat(levels).hasSize(100_000);
    }

    @Test
    void of_any_graph_without_circles_come_after_their_targets() {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            List<Integer> nodes = IntStream.range(0, 30).boxed().toList();
            Map<Integer, List<Integer>> targets = nodes.stream()
                    .collect(Collectors.toMap(
                            node -> node,
                            node -> nodes.stream()
                                    .filter(other -> other < node && random.nextInt(5) == 0)
                                    .toList()));
            List<Integer> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);

            List<List<Integer>> levels =
                    Levels.of(shuffled, node -> targets.getOrDefault(node, List.of()), IllegalStateException::new);

            List<Integer> order = levels.stream().flatMap(List::stream).toList();
            assertThat(order).containsExactlyInAnyOrderElementsOf(nodes);
            for (List<Integer> level : levels) {
                for (Integer node : level)
                    assertThat(targets.getOrDefault(node, List.of())).doesNotContainAnyElementsOf(level);
            }
            nodes.forEach(node -> assertThat(targets.getOrDefault(node, List.of()))
                    .allMatch(target -> order.indexOf(target) < order.indexOf(node)));
        }
    }

    private static List<List<String>> levels(List<String> nodes, Map<String, List<String>> targets) {
        return Levels.of(
                nodes, node -> targets.getOrDefault(node, List.of()), () -> new IllegalStateException("circle"));
    }
}
