package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FlightRecordingTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @TempDir
    Path folder;

    private Pool pool() {
        return pools.pool(settings -> settings.name("trips").size(1));
    }

    /// Returns the events of one name that some work gave rise to, in order.
    private List<RecordedEvent> recorded(String name, Callable<?> work) throws Exception {
        Path file = folder.resolve("pool.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(name).withoutThreshold();
            recording.start();
            work.call();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .sorted(Comparator.comparing(RecordedEvent::getEndTime)) // the file has them by the JDK's buffers
                .toList();
    }

    @Test
    void tells_of_each_checkout_who_got_which_connection() throws Exception {
        Pool pool = pool();

        List<RecordedEvent> events = recorded("aludel.Checkout", () -> {
            pool.checkOut("GET /trips").close();
            pool.checkOut(null).close();
            return null;
        });

        assertThat(events).hasSize(2);
        assertThat(events.get(0).getString("pool")).isEqualTo("trips");
        assertThat(events.get(0).getString("label")).isEqualTo("GET /trips");
        assertThat(events.get(0).getString("connection")).isEqualTo("trips#1");
        assertThat(events.get(0).getInt("slot")).isZero();
        assertThat(events.get(0).getDuration()).isPositive();
        assertThat(events.get(1).getString("label")).isNull();
    }

    @Test
    void tells_of_a_timeout_with_its_explanation() throws Exception {
        Pool pool = pool();
        pool.checkOut("holder");

        List<RecordedEvent> events = recorded("aludel.Timeout", () -> {
            Caller<Checkout> late = pools.waiting("late", pool, ofSeconds(2).toNanos());
            pools.clock.advance(ofSeconds(2));
            return late.failure();
        });

        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getString("pool")).isEqualTo("trips");
        assertThat(events.getFirst().getString("label")).isEqualTo("late");
        assertThat(events.getFirst().getDuration("waited")).isEqualTo(ofSeconds(2));
        assertThat(events.getFirst().getString("explanation")).startsWith("QueuePool limit of size 1 overflow 0");
        assertThat(events.getFirst().getBoolean("refused")).isFalse();
    }

    @Test
    void tells_of_who_may_not_wait_as_of_a_timeout_without_a_wait() throws Exception {
        Pool pool = pools.pool(settings -> settings.name("trips").size(1).maxWaiting(1));
        pool.checkOut("holder");
        pools.waiting("waiter", pool);
        pools.clock.advance(ofSeconds(2));

        List<RecordedEvent> events = recorded("aludel.Timeout", () -> {
            assertThatThrownBy(() -> pool.checkOut("one too many")).isInstanceOf(PoolOverloadedException.class);
            return null;
        });

        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getBoolean("refused")).isTrue();
        assertThat(events.getFirst().getString("label")).isEqualTo("one too many");
        assertThat(events.getFirst().getDuration("waited")).isZero();
        assertThat(events.getFirst().getString("explanation")).startsWith("Pool 'trips': refused at once");
    }

    @Test
    void tells_of_connects_and_of_those_that_fail_by_kind_only() throws Exception {
        Pool pool = pool();
        pools.database.next("connect").fails(new SQLException("canary", "28P01"));

        List<RecordedEvent> events = recorded("aludel.Connect", () -> {
            assertThatThrownBy(() -> pool.checkOut(null)).isInstanceOf(ConnectFailedException.class);
            pool.checkOut(null).close();
            return null;
        });

        assertThat(events).hasSize(2);
        assertThat(events).extracting(event -> event.getString("error")).containsExactly("SQLException 28P01", null);
        assertThat(events).extracting(event -> event.getString("connection")).containsExactly(null, "trips#1");
        assertThat(events.toString()).doesNotContain("canary");
    }

    @Test
    void tells_of_what_is_closed() throws Exception {
        Pool pool = pool();
        pool.checkOut(null).close();

        List<RecordedEvent> events = recorded("aludel.Close", () -> {
            pool.close();
            return null;
        });

        assertThat(events).extracting(event -> event.getString("connection")).containsExactly("trips#1");
    }

    @Test
    void tells_of_what_is_invalidated_and_why() throws Exception {
        Pool pool = pool();

        List<RecordedEvent> events = recorded("aludel.Invalidate", () -> {
            Checkout lent = pool.checkOut(null);
            lent.invalidate(new SQLException("canary", "08006"));
            lent.close();
            Checkout outdated = pool.checkOut(null);
            outdated.invalidateSoftly(null);
            outdated.close();
            pool.invalidate();
            return null;
        });

        assertThat(events)
                .extracting(event -> event.getString("connection"))
                .containsExactly("trips#1", "trips#2", null);
        assertThat(events)
                .extracting(event -> event.getString("reason"))
                .containsExactly("SQLException 08006", null, null);
        assertThat(events).extracting(event -> event.getBoolean("soft")).containsExactly(false, true, false);
    }

    @Test
    void makes_nothing_while_none_runs() {
        Flight flight = Flight.of("trips");

        assertThat(flight).isInstanceOf(Recorder.class);
        assertThat(flight.recordsCheckouts()).isFalse();
        assertThat(flight.waits()).isNull();
        assertThat(flight.connects()).isNull();
        assertThat(flight.closes()).isNull();
    }
}
