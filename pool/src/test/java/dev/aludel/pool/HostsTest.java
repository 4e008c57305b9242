package dev.aludel.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.VirtualClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostsTest {
    private final VirtualClock clock = new VirtualClock();
    private final Map<String, FakeDatabase> databases = new HashMap<>();
    private final Map<String, Boolean> replicas = new HashMap<>();
    private final Map<Connection, String> origin = new HashMap<>();

    private Hosts hosts(Role role, String... names) {
        List<Host> hosts = new ArrayList<>();
        for (String name : names) {
            FakeDatabase database = databases.computeIfAbsent(name, any -> new FakeDatabase());
            replicas.put(name, name.startsWith("replica"));
            hosts.add(new Host(name, () -> opened(name, database.connect()), clock));
        }
        return new Hosts(hosts, role, this::isReplica);
    }

    private synchronized Connection opened(String name, Connection connection) {
        origin.put(connection, name);
        return connection;
    }

    private synchronized boolean isReplica(Connection connection) {
        return requireNonNull(replicas.get(requireNonNull(origin.get(connection))));
    }

    private FakeDatabase database(String name) {
        return requireNonNull(databases.get(name));
    }

    private List<String> connects(Hosts hosts, int times) throws SQLException {
        List<String> led = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            led.add(requireNonNull(origin.get(hosts.connect())));
        }
        return led;
    }

    @Test
    void of_any_role_take_turns() throws Exception {
        assertThat(connects(hosts(Role.ANY, "a", "b", "c"), 4)).containsExactly("a", "b", "c", "a");
    }

    @Test
    void are_asked_until_one_is_the_primary_and_the_others_are_closed() throws Exception {
        Hosts hosts = hosts(Role.PRIMARY, "replica 1", "replica 2", "primary");

        assertThat(connects(hosts, 1)).containsExactly("primary");

        assertThat(database("replica 1").open()).isZero();
        assertThat(database("replica 2").open()).isZero();
    }

    @Test
    void begin_with_the_primary_once_it_is_known() throws Exception {
        Hosts hosts = hosts(Role.PRIMARY, "replica 1", "primary");

        connects(hosts, 5);

        assertThat(database("replica 1").opened()).isEqualTo(1);
    }

    @Test
    void are_looked_through_again_when_the_primary_moves() throws Exception {
        Hosts hosts = hosts(Role.PRIMARY, "replica 1", "primary");
        connects(hosts, 1);

        replicas.put("replica 1", false);
        replicas.put("primary", true);

        assertThat(connects(hosts, 2)).containsExactly("replica 1", "replica 1");
    }

    @Test
    void of_the_replicas_take_turns_and_leave_the_primary_out() throws Exception {
        Hosts hosts = hosts(Role.REPLICA, "primary", "replica 1", "replica 2");

        assertThat(connects(hosts, 4)).containsOnly("replica 1", "replica 2");
        assertThat(database("primary").open()).isZero();
    }

    @Test
    void give_the_primary_where_a_replica_is_preferred_and_none_answers() throws Exception {
        Hosts hosts = hosts(Role.PREFER_REPLICA, "primary", "replica 1");
        assertThat(connects(hosts, 1)).containsExactly("replica 1");
        database("replica 1").down();

        assertThat(connects(hosts, 1)).containsExactly("primary");
        assertThat(database("primary").open()).isEqualTo(1);
    }

    @Test
    void that_failed_are_tried_last_for_ten_seconds() throws Exception {
        Hosts hosts = hosts(Role.ANY, "a", "b");
        database("a").down();
        assertThat(connects(hosts, 1)).containsExactly("b");
        database("a").up();

        clock.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(connects(hosts, 2)).containsExactly("b", "b");
        clock.advance(Duration.ofNanos(1));

        assertThat(connects(hosts, 2)).containsExactly("b", "a");
    }

    @Test
    void of_which_one_hangs_are_begun_elsewhere_a_second_later() throws Exception {
        Hosts hosts = hosts(Role.PRIMARY, "hanging", "primary");
        Gate gate = database("hanging").next("connect").hangs();
        Thread stuck = Thread.ofVirtual().start(() -> {
            try {
                hosts.connect();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        gate.awaitHanging(1);

        clock.advance(Duration.ofSeconds(1));

        assertThat(connects(hosts, 1)).containsExactly("primary");
        gate.open();
        stuck.join();
    }

    @Test
    void say_what_each_of_them_is_when_none_will_do() {
        Hosts hosts = hosts(Role.PRIMARY, "replica 1", "down");
        database("down").down();

        assertThatThrownBy(hosts::connect)
                .isInstanceOf(SQLException.class)
                .hasMessage("no primary among 2: replica 1 is a replica; down failed with"
                        + " SQLNonTransientConnectionException 08001")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08001");
    }

    @Test
    void leave_nothing_open_when_the_question_for_the_role_fails() {
        FakeDatabase database = databases.computeIfAbsent("a", any -> new FakeDatabase());
        Hosts hosts = new Hosts(List.of(new Host("a", database::connect, clock)), Role.PRIMARY, connection -> {
            throw new IllegalStateException("odd driver");
        });

        assertThatThrownBy(hosts::connect).hasMessage("odd driver");
        assertThat(database.open()).isZero();
    }
}
