package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Slots and queue by themselves, for one thread. `LineModelTest` is for several.
@DisplayNameGeneration(ReplaceUnderscores.class)
class LineTest {
    private final List<Slot> retired = new ArrayList<>();
    private boolean stays = true;
    private final Line line =
            new Line(new Capacity(2, 1), 3, LineTest::slot, thread -> {}, slot -> stays, retired::add);

    @SuppressWarnings("NullAway") // a slot of no pool
    private static Slot slot(int index) {
        return new Slot(null, index, null);
    }

    @SuppressWarnings("NullAway") // charged to nobody
    private static Waiter waiter() {
        return new Waiter(null, 0, Long.MAX_VALUE);
    }

    private Waiter joined() {
        Waiter waiter = waiter();
        line.join(waiter, Integer.MAX_VALUE);
        return waiter;
    }

    private Slot slot(int index, int state) {
        Slot slot = line.slots()[index];
        slot.become(state);
        return slot;
    }

    @Test
    void keeps_the_outcome_of_a_waiter_who_leaves_too_late() {
        Waiter waiter = joined();
        Slot slot = slot(0, Slot.LENT);
        line.hand(slot);

        assertThat(line.leave(waiter)).isFalse();
        assertThat(waiter.fail(new Exception("made up"))).isFalse();
        assertThat(waiter.outcome()).isSameAs(slot);
        assertThat(line.waiting()).isZero();
    }

    @Test
    void lets_wait_as_many_as_may() {
        assertThat(line.join(waiter(), 2)).isTrue();
        assertThat(line.join(waiter(), 2)).isTrue();
        assertThat(line.join(waiter(), 2)).isFalse();
        assertThat(line.waiting()).isEqualTo(2);
    }

    @Test
    void pairs_who_was_let_in_with_an_idle_slot() {
        slot(0, Slot.IDLE);
        Waiter waiter = waiter();

        assertThat(line.join(waiter, 1)).isTrue();

        assertThat(waiter.outcome()).isSameAs(line.slots()[0]);
        assertThat(line.waiting()).isZero();
    }

    /// Whoever lends for another pool has no idle slots: to look for one at each checkout would be a walk in vain.
    @Test
    void looks_for_no_slot_for_who_is_served_by_somebody_else() {
        Slot idle = slot(0, Slot.IDLE);
        Waiter waiter = waiter();

        line.joinUnserved(waiter);

        assertThat(waiter.outcome()).isNull();
        assertThat(idle.state()).isEqualTo(Slot.IDLE);
        assertThat(line.waiting()).isOne();
        assertThat(line.oldest()).isSameAs(waiter);
        assertThat(line.leave(waiter)).isTrue();
        assertThat(line.waiting()).isZero();
    }

    /// So a checkout beside others that are out looks at these, and at one more.
    @Test
    void takes_the_lowest_slot_that_is_empty() {
        slot(0, Slot.LENT);
        slot(1, Slot.EMPTY);
        slot(2, Slot.EMPTY);

        assertThat(line.takeEmpty()).isSameAs(line.slots()[1]);
    }

    @Test
    void tells_a_waiter_once_why_it_got_nothing() {
        Waiter waiter = joined();
        Exception why = new Exception("made up");

        assertThat(line.failOldest(why)).isTrue();
        assertThat(line.failOldest(why)).isFalse();
        assertThat(waiter.outcome()).isSameAs(why);
    }

    @Test
    void forgets_those_who_left_when_they_are_more_than_those_who_wait() {
        Waiter first = joined();
        Waiter second = joined();
        Waiter third = joined();
        Waiter fourth = joined();

        assertThat(line.leave(fourth)).isTrue();
        assertThat(line.leave(third)).isTrue();
        assertThat(line.waiters()).hasSize(4); // two left, two wait
        line.leave(second);
        assertThat(line.waiters()).containsExactly(first);
        Waiter fifth = joined();
        Waiter sixth = joined();
        line.leave(sixth);
        assertThat(line.waiters()).containsExactly(first, fifth, sixth); // one left since, two wait
    }

    @Test
    void lends_the_lowest_slot_to_a_thread_that_used_another_long_ago() {
        slot(0, Slot.LENT);
        Slot mine = slot(1, Slot.IDLE);
        assertThat(line.takeIdle(0)).isSameAs(mine);
        Slot lowest = slot(0, Slot.IDLE);
        mine.become(Slot.IDLE);

        mine.usedAt(TimeUnit.SECONDS.toNanos(10));
        assertThat(line.takeIdle(TimeUnit.SECONDS.toNanos(10) + 1)).isSameAs(mine);
        mine.become(Slot.IDLE);
        assertThat(line.takeIdle(TimeUnit.SECONDS.toNanos(20))).isSameAs(lowest);
    }

    @Test
    void retires_what_was_handed_over_and_is_not_to_stay() {
        Slot slot = slot(0, Slot.LENT);
        stays = false;

        line.hand(slot);

        assertThat(retired).containsExactly(slot);
        assertThat(slot.state()).isEqualTo(Slot.LENT);
    }

    @Test
    void has_empty_slots_as_long_as_one_is_within_its_capacity() {
        assertThat(line.hasEmpty()).isTrue();
        slot(0, Slot.LENT);
        slot(1, Slot.IDLE);
        assertThat(line.hasEmpty()).isTrue();
        slot(2, Slot.CONNECTING);
        assertThat(line.hasEmpty()).isFalse();
        assertThat(line.takeEmpty()).isNull();
        line.resize(new Capacity(3, 1));
        assertThat(line.hasEmpty()).isTrue();
        line.resize(new Capacity(2, 0));
        slot(3, Slot.EMPTY);
        assertThat(line.hasEmpty()).isFalse();
    }

    @Test
    void makes_the_slots_it_has_not_yet_when_they_are_needed() {
        Line lazy = new Line(new Capacity(2, 0), 0, LineTest::slot, thread -> {}, slot -> true, slot -> {});
        assertThat(lazy.hasEmpty()).isTrue();

        assertThat(lazy.takeEmpty()).isNotNull();
        assertThat(lazy.takeEmpty()).isNotNull();

        assertThat(lazy.takeEmpty()).isNull();
        assertThat(lazy.slots()).hasSize(2);
        assertThat(lazy.hasEmpty()).isFalse();
    }

    @Test
    void takes_an_empty_slot_beyond_its_capacity_once_more() {
        Slot beyond = Objects.requireNonNull(line.takeBeyond());
        assertThat(line.takeBeyond()).isNotSameAs(beyond);
        beyond.become(Slot.EMPTY);

        assertThat(line.takeBeyond()).isSameAs(beyond);
        assertThat(beyond.state()).isEqualTo(Slot.LENT);
    }

    @Test
    void is_about_to_run_out_in_its_last_quarter() {
        assertThat(new Capacity(8, 0).scarceFrom()).isEqualTo(6);
        assertThat(new Capacity(6, 2).scarceFrom()).isEqualTo(6);
        assertThat(new Capacity(1, 0).scarceFrom()).isZero();
        assertThat(line.scarceFrom()).isEqualTo(2);
    }
}
