package dev.aludel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OneTest {
    private final Driver driver = new Driver(7, "Ada", null);

    @Test
    void an_unset_reference_has_neither_id_nor_object() {
        One<Driver> one = One.unset();

        assertThat(one.isSet()).isFalse();
        assertThat(one.idOrNull()).isNull();
        assertThat(one.getOrNull()).isNull();
        assertThatThrownBy(one::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the reference is unset, there is no object to get: ask isSet() first");
    }

    @Test
    void a_reference_by_id_is_set_but_not_loaded() {
        One<Driver> one = One.ofId(7L);

        assertThat(one.isSet()).isTrue();
        assertThat(one.isLoaded()).isFalse();
        assertThat(one.idOrNull()).isEqualTo(7L);
        assertThatThrownBy(one::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the reference knows an id, but its object is not loaded: get it from the session by idOrNull()");
    }

    @Test
    void a_reference_to_an_object_gives_that_object() {
        assertThat(One.of(driver).get()).isSameAs(driver);
        assertThat(One.of(driver).idOrNull()).isNull();
        assertThat(One.of(driver, 7L).get()).isSameAs(driver);
        assertThat(One.of(driver, 7L).idOrNull()).isEqualTo(7L);
    }

    @Test
    void references_are_equal_by_id_and_by_the_very_object() {
        assertThat(One.ofId(7L))
                .isEqualTo(One.ofId(7L))
                .hasSameHashCodeAs(One.ofId(7L))
                .isNotEqualTo(One.ofId(8L));
        assertThat(One.of(driver)).isEqualTo(One.of(driver)).isNotEqualTo(One.of(new Driver(7, "Ada", null)));
        assertThat(One.unset()).isEqualTo(One.unset()).isNotEqualTo(One.ofId(7L));
    }

    @Test
    void its_text_form_never_shows_the_id() {
        assertThat(One.ofId("hunter2")).hasToString("One(id known)");
        assertThat(One.of(driver)).hasToString("One(loaded)");
        assertThat(One.unset()).hasToString("One(unset)");
    }
}
