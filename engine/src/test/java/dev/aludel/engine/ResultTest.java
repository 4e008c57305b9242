package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResultTest {
    private final Result<String> none = new Result<>(List.of(), "SELECT 1");
    private final Result<String> single = new Result<>(List.of("a"), "SELECT 1");
    private final Result<String> many = new Result<>(List.of("a", "b"), "SELECT 1");
    private final Result<@Nullable String> empty = new Result<>(Arrays.asList((String) null), "SELECT 1");

    @Test
    void gives_all_rows_in_order_as_often_as_one_likes() {
        List<String> iterated = new ArrayList<>();
        for (String row : many) iterated.add(row);

        assertThat(many.all())
                .containsExactly("a", "b")
                .isEqualTo(iterated)
                .isEqualTo(many.stream().toList());
        assertThat(many.size()).isEqualTo(2);
        assertThat(none.isEmpty()).isTrue();
        assertThatThrownBy(() -> many.all().removeFirst()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void gives_the_one_row_or_says_why_not() {
        assertThat(single.one()).isEqualTo("a");
        assertThat(empty.one()).isNull();
        assertThatThrownBy(none::one)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage(
                        "one() needs exactly one row, but there is none: use oneOrNone() if that may be\n[SQL: SELECT 1]");
        assertThatIllegalStateException()
                .isThrownBy(many::one)
                .withMessage(
                        "one() needs exactly one row, but there are 2: narrow the condition, or use first() or all()"
                                + "\n[SQL: SELECT 1]");
    }

    @Test
    void gives_one_row_or_none() {
        assertThat(single.oneOrNone()).contains("a");
        assertThat(none.oneOrNone()).isEmpty();
        assertThat(empty.oneOrNone()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(many::oneOrNone)
                .withMessageStartingWith("oneOrNone() takes one row at most, but there are 2: ");
    }

    @Test
    void gives_the_first_row_or_none() {
        assertThat(many.first()).contains("a");
        assertThat(none.first()).isEmpty();
        assertThat(empty.first()).isEmpty();
    }

    @Test
    void gives_the_first_value_or_null() {
        assertThat(many.scalar()).isEqualTo("a");
        assertThat(empty.scalar()).isNull();
        assertThat(none.scalar()).isNull();
    }

    @Test
    void gives_the_one_value_or_says_why_not() {
        assertThat(single.scalarOne()).isEqualTo("a");
        assertThat(empty.scalarOne()).isNull();
        assertThatThrownBy(none::scalarOne)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("scalarOne() needs exactly one row, but there is none: use scalar() if that may be"
                        + "\n[SQL: SELECT 1]");
        assertThatIllegalStateException()
                .isThrownBy(many::scalarOne)
                .withMessageStartingWith("scalarOne() needs exactly one row, but there are 2: ");
    }

    @Test
    void shows_how_many_rows_but_not_what_is_in_them() {
        assertThat(single).hasToString("Result[1 row]");
        assertThat(many).hasToString("Result[2 rows]");
    }
}
