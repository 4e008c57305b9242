package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostsTest {
    private static final Duration PATIENCE = Duration.ofNanos(Host.PATIENCE);

    @RegisterExtension
    final Cluster cluster = new Cluster();

    private List<String> connects(Hosts hosts, int times) throws SQLException {
        List<String> led = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            led.add(cluster.of(hosts.connect()));
        }
        return led;
    }

    private void hasOpen(String name, int count) {
        cluster.database(name).await(it -> it.open() == count);
    }

    private void hasClosedWhatCameTooLate(String name) {
        cluster.database(name).await(it -> it.opened() == 1 && it.open() == 0);
    }

    @Test
    void of_any_role_take_turns() throws Exception {
        assertThat(connects(cluster.hosts(Role.ANY, "a", "b", "c"), 4)).containsExactly("a", "b", "c", "a");
    }

    @Test
    void are_asked_until_one_is_the_primary_and_the_others_are_closed() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "replica 1", "replica 2", "primary");

        assertThat(connects(hosts, 1)).containsExactly("primary");

        hasOpen("replica 1", 0);
        hasOpen("replica 2", 0);
    }

    @Test
    void begin_with_the_primary_once_it_is_known() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "replica 1", "primary");

        connects(hosts, 5);
        cluster.clock.advance(Duration.ofHours(1));
        connects(hosts, 5);

        assertThat(cluster.database("replica 1").opened()).isEqualTo(1);
    }

    @Test
    void are_looked_through_again_when_the_primary_moves() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "replica 1", "primary");
        connects(hosts, 1);

        cluster.is("replica 1", false);
        cluster.is("primary", true);

        assertThat(connects(hosts, 2)).containsExactly("replica 1", "replica 1");
    }

    @Test
    void of_the_replicas_take_turns_and_leave_the_primary_out() throws Exception {
        Hosts hosts = cluster.hosts(Role.REPLICA, "primary", "replica 1", "replica 2");

        assertThat(connects(hosts, 4)).containsOnly("replica 1", "replica 2");
        hasOpen("primary", 0);
    }

    @Test
    void give_the_primary_where_a_replica_is_preferred_and_none_answers() throws Exception {
        Hosts hosts = cluster.hosts(Role.PREFER_REPLICA, "primary", "replica 1");
        assertThat(connects(hosts, 1)).containsExactly("replica 1");
        hasOpen("primary", 0);
        cluster.database("replica 1").down();

        assertThat(connects(hosts, 1)).containsExactly("primary");
        hasOpen("primary", 1);
    }

    /// Starts a search that waits for a server to answer.
    private Caller<Connection> waiting(Hosts hosts, Gate gate) {
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        gate.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());
        return caller;
    }

    // reliability row F04
    @Test
    void give_the_primary_after_half_a_second_where_a_replica_is_preferred_and_hangs() throws Exception {
        Hosts hosts = cluster.hosts(Role.PREFER_REPLICA, "primary", "replica 1");
        Gate gate = cluster.database("replica 1").next("connect").hangs();
        Caller<Connection> caller = waiting(hosts, gate);

        cluster.clock.advance(PATIENCE);

        assertThat(cluster.of(caller.result())).isEqualTo("primary");
        gate.awaitHanging(0); // it was interrupted
    }

    // reliability row F04
    @Test
    void give_the_primary_at_once_while_the_replica_that_is_preferred_hangs() throws Exception {
        Hosts hosts = cluster.hosts(Role.PREFER_REPLICA, "replica 1", "primary");
        Gate gate = cluster.database("replica 1").next("connect").hangsDeaf();
        Caller<Connection> caller = waiting(hosts, gate);
        cluster.clock.advance(PATIENCE);
        assertThat(cluster.of(caller.result())).isEqualTo("primary");

        assertThat(connects(hosts, 4)).containsOnly("primary");
        assertThat(cluster.database("replica 1").calls("connect")).isEqualTo(1);

        gate.open();
        hasClosedWhatCameTooLate("replica 1");
        assertThat(connects(hosts, 4)).containsOnly("replica 1");
    }

    // reliability row F04
    @Test
    void give_the_primary_as_soon_as_it_answers_where_a_replica_is_preferred_and_hangs() throws Exception {
        Hosts hosts = cluster.hosts(Role.PREFER_REPLICA, "primary", "replica 1");
        Gate slow = cluster.database("primary").next("connect").hangs();
        Gate hanging = cluster.database("replica 1").next("connect").hangs();
        Caller<Connection> caller = waiting(hosts, slow);
        cluster.clock.advance(PATIENCE);
        hanging.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());
        cluster.clock.advance(PATIENCE);
        cluster.clock.awaitParked(caller.thread());

        slow.open();

        assertThat(cluster.of(caller.result())).isEqualTo("primary");
        hanging.awaitHanging(0);
    }

    @Test
    void that_failed_are_tried_last_for_ten_seconds() throws Exception {
        Hosts hosts = cluster.hosts(Role.ANY, "a", "b");
        cluster.database("a").down();
        assertThat(connects(hosts, 1)).containsExactly("b");
        cluster.database("a").up();

        cluster.clock.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(connects(hosts, 2)).containsExactly("b", "b");
        cluster.clock.advance(Duration.ofNanos(1));

        assertThat(connects(hosts, 2)).containsExactly("b", "a");
    }

    // reliability row F04
    @Test
    void of_which_one_hangs_are_overtaken_by_the_next_after_half_a_second() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "hanging", "primary");
        Gate gate = cluster.database("hanging").next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        gate.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());

        cluster.clock.advance(PATIENCE);

        assertThat(cluster.of(caller.result())).isEqualTo("primary");
        gate.awaitHanging(0); // it was interrupted
        assertThat(connects(hosts, 1)).containsExactly("primary");
        assertThat(cluster.database("hanging").calls("connect")).isEqualTo(1);
    }

    @Test
    void that_hang_and_hear_no_interrupt_are_left_alone() throws Exception {
        Hosts hosts = cluster.hosts(Role.ANY, "hanging", "other");
        Gate gate = cluster.database("hanging").next("connect").hangsDeaf();
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        gate.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());
        cluster.clock.advance(PATIENCE);
        assertThat(cluster.of(caller.result())).isEqualTo("other");

        cluster.clock.advance(Duration.ofHours(1));
        assertThat(connects(hosts, 3)).containsOnly("other");

        gate.open();
        hasClosedWhatCameTooLate("hanging");
    }

    @Test
    void that_were_overtaken_and_answer_after_all_take_turns_again() throws Exception {
        Hosts hosts = cluster.hosts(Role.ANY, "slow", "other");
        Gate gate = cluster.database("slow").next("connect").hangsDeaf();
        Caller<Connection> caller = waiting(hosts, gate);
        cluster.clock.advance(PATIENCE);
        assertThat(cluster.of(caller.result())).isEqualTo("other");

        gate.open();
        hasClosedWhatCameTooLate("slow");

        assertThat(connects(hosts, 4)).containsExactly("other", "slow", "other", "slow");
    }

    @Test
    void that_are_busy_for_long_with_connects_that_each_are_fast_are_not_avoided() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "busy", "replica 1");
        Gate first = cluster.database("busy").next("connect").hangs();
        Caller<Connection> one = waiting(hosts, first);
        cluster.clock.advance(Duration.ofMillis(300));
        Gate second = cluster.database("busy").next("connect").hangs();
        Caller<Connection> other = waiting(hosts, second);
        first.open();
        one.result();
        cluster.clock.advance(Duration.ofMillis(300));

        assertThat(connects(hosts, 1)).containsExactly("busy");

        assertThat(cluster.database("replica 1").calls("connect")).isZero();
        second.open();
        other.result();
    }

    // reliability row F04
    @Test
    void have_equal_shares_of_a_time_that_is_too_short_for_half_a_second_each() throws Exception {
        Hosts hosts =
                cluster.hosts(cluster.scheduling, Duration.ofMillis(400), Role.ANY, "hanging 1", "hanging 2", "good");
        Gate gate1 = cluster.database("hanging 1").next("connect").hangs();
        Gate gate2 = cluster.database("hanging 2").next("connect").hangs();
        Caller<Connection> caller = waiting(hosts, gate1);

        cluster.clock.advance(Duration.ofMillis(127));
        gate2.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());
        cluster.clock.advance(Duration.ofMillis(127));

        assertThat(cluster.of(caller.result())).isEqualTo("good");
    }

    @Test
    void that_were_overtaken_may_still_be_first() throws Exception {
        Hosts hosts = cluster.hosts(Role.ANY, "slow", "hanging");
        Gate slow = cluster.database("slow").next("connect").hangs();
        Gate hanging = cluster.database("hanging").next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        slow.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());
        cluster.clock.advance(PATIENCE);
        hanging.awaitHanging(1);

        slow.open();

        assertThat(cluster.of(caller.result())).isEqualTo("slow");
        hanging.awaitHanging(0);
        hasOpen("hanging", 0);
    }

    @Test
    void say_what_each_of_them_is_when_none_will_do() {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "replica 1", "down");
        cluster.database("down").down();

        assertThatThrownBy(hosts::connect)
                .isInstanceOf(NoHostException.class)
                .hasMessage("no primary among 2: replica 1 is a replica; down failed with"
                        + " SQLNonTransientConnectionException 08001")
                .hasCauseInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08001");
        hasOpen("replica 1", 0);
    }

    @Test
    void say_who_has_not_answered_a_little_before_the_time_is_up() {
        Hosts hosts = cluster.hosts(Role.REPLICA, "primary", "hanging");
        Gate gate = cluster.database("hanging").next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        gate.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());

        cluster.clock.advance(Duration.ofMillis(500));
        cluster.clock.awaitParked(caller.thread());
        cluster.clock.advance(Duration.ofSeconds(9));

        assertThat(caller.failure())
                .hasMessage("no replica among 2: primary is no replica; hanging has not answered within 9.50 s");
        assertThat(gate.hanging()).isZero();
    }

    @Test
    void are_given_up_when_the_pool_gives_up_and_nothing_stays_open() {
        Hosts hosts = cluster.hosts(Role.ANY, "a", "b");
        Gate a = cluster.database("a").next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", hosts::connect);
        a.awaitHanging(1);
        cluster.clock.awaitParked(caller.thread());

        caller.interrupt();

        assertThat(caller.failure()).hasMessageStartingWith("no server that answers among 1: a has not answered");
        assertThat(a.hanging()).isZero();
        hasOpen("a", 0);
    }

    @Test
    void that_all_fail_alike_fail_so() {
        Hosts hosts = cluster.hosts(Role.ANY, "a", "b");
        cluster.database("a").next("connect").fails("28P01");
        cluster.database("b").next("connect").fails("28P01");

        assertThatThrownBy(hosts::connect)
                .hasMessageStartingWith("no server that answers among 2: a failed with ")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28P01");
    }

    // reliability row F28
    @Test
    void of_which_one_throws_something_odd_are_tried_on() throws Exception {
        Hosts hosts = cluster.hosts(Role.ANY, "odd", "good");
        cluster.database("odd").next("connect").fails(new StackOverflowError());

        assertThat(connects(hosts, 1)).containsExactly("good");
    }

    @Test
    void that_throw_when_closed_cost_nothing() throws Exception {
        Hosts hosts = cluster.hosts(Role.PRIMARY, "replica 1", "primary");
        cluster.database("replica 1").next("close").fails(new IllegalStateException("odd driver"));

        assertThat(connects(hosts, 1)).containsExactly("primary");
    }

    @Test
    void leave_nothing_open_when_the_question_for_the_role_fails() {
        FakeDatabase database = cluster.database("a");
        Hosts hosts = new Hosts(
                List.of(new Host("a", database::connect, cluster.scheduling.ticker())),
                Role.PRIMARY,
                connection -> {
                    throw new IllegalStateException("odd driver");
                },
                cluster.scheduling,
                1);

        assertThatThrownBy(hosts::connect).hasMessage("odd driver");
        assertThat(database.open()).isZero();
    }

    /// Returns what connects to them, on an executor that throws something odd at the task of that number.
    private Hosts withOddExecutor(int number, Role role, String... names) {
        AtomicInteger tasks = new AtomicInteger();
        Executor executor = task -> {
            if (tasks.incrementAndGet() == number) {
                throw new IllegalStateException("odd executor");
            }
            cluster.scheduling.executor().execute(task);
        };
        Scheduling scheduling = new Scheduling(
                cluster.clock,
                cluster.clock::parkNanos,
                cluster.clock::unpark,
                executor,
                new Random(42),
                Long.MAX_VALUE);
        return cluster.hosts(scheduling, Duration.ofSeconds(10), role, names);
    }

    @Test
    void leave_nothing_open_when_the_next_one_cannot_be_visited() {
        Hosts hosts = withOddExecutor(2, Role.ANY, "hanging", "other");
        Gate gate = cluster.database("hanging").next("connect").hangsDeaf();
        Caller<Connection> caller = waiting(hosts, gate);

        cluster.clock.advance(PATIENCE);

        assertThat(caller.failure()).hasMessage("odd executor");
        gate.open();
        hasClosedWhatCameTooLate("hanging");
    }

    @Test
    void leave_nothing_open_when_what_is_left_over_cannot_be_closed_elsewhere() throws Exception {
        Hosts hosts = withOddExecutor(3, Role.PREFER_REPLICA, "primary", "replica 1");

        assertThat(connects(hosts, 1)).containsExactly("replica 1");

        hasOpen("primary", 0);
    }
}
