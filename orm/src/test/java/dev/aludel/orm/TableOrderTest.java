package dev.aludel.orm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TableOrderTest {
    @Test
    void puts_what_is_referred_to_first_over_any_number_of_tables() {
        Map<String, List<String>> targets = Map.of(
                "stop", List.of("trip", "place"),
                "trip", List.of("driver"),
                "driver", List.of("country"),
                "place", List.of("country"),
                "country", List.of());

        assertThat(TableOrder.of(
                        List.of("stop", "trip", "driver", "place", "country"),
                        node -> targets.getOrDefault(node, List.of())))
                .containsExactly(
                        List.of("country"), List.of("driver"), List.of("trip"), List.of("place"), List.of("stop"));
    }

    @Test
    void keeps_the_order_given_where_nothing_else_decides() {
        assertThat(TableOrder.of(List.of("b", "a", "c"), _ -> List.of()))
                .containsExactly(List.of("b"), List.of("a"), List.of("c"));
    }

    @Test
    void groups_tables_that_refer_to_each_other_in_a_circle() {
        Map<String, List<String>> targets =
                Map.of("a", List.of("b"), "b", List.of("c"), "c", List.of("a"), "d", List.of("a"), "e", List.of("e"));

        assertThat(TableOrder.of(List.of("d", "a", "b", "c", "e"), node -> targets.getOrDefault(node, List.of())))
                .containsExactly(List.of("a", "b", "c"), List.of("d"), List.of("e"));
    }
}
