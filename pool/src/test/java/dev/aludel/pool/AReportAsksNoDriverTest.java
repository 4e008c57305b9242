package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who wants to know why nothing moves must not hang where the driver does, nor have others wait for him.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AReportAsksNoDriverTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final AtomicInteger asked = new AtomicInteger();

    private final Server counting = new ForwardingServer(Server.h2()) {
        @Override
        public OptionalLong backendId(Connection connection) {
            return OptionalLong.of(asked.incrementAndGet());
        }
    };

    private final Server throwing = new ForwardingServer(Server.h2()) {
        @Override
        public OptionalLong backendId(Connection connection) {
            throw new IllegalStateException("made up");
        }
    };

    private final Server nullable = new ForwardingServer(Server.h2()) {
        @Override
        @SuppressWarnings({"NullAway", "OptionalAssignedToNull"}) // what somebody's code may do
        public OptionalLong backendId(Connection connection) {
            return null;
        }
    };

    private Pool pool(Server server) {
        return pools.pool(settings -> settings.size(1).server(server).diagnosticConnection(false));
    }

    @Test
    void for_a_connections_number_which_is_asked_for_once_when_it_is_opened() throws SQLException {
        Pool pool = pool(counting);
        Checkout holder = pool.checkOut("holder");
        assertThat(asked).hasValue(1);

        assertThat(pool.explain().holders()).hasSize(1);
        assertThatThrownBy(() -> pool.checkOut("late", Duration.ZERO)).isInstanceOf(PoolTimeoutException.class);

        assertThat(asked).hasValue(1);
        holder.invalidate(null);
        holder.close();
        pool.checkOut("next").close();
        assertThat(asked).hasValue(2);
    }

    @Test
    void and_a_driver_that_throws_when_it_is_asked_has_its_connections_lent_all_the_same() throws SQLException {
        try (Checkout lent = pool(throwing).checkOut("holder")) {
            assertThat(Pools.backend(lent).isOpen()).isTrue();
        }
    }

    @Test
    void and_a_server_that_gives_null_for_it_gives_none() throws SQLException {
        Pool pool = pool(nullable);
        try (Checkout lent = pool.checkOut("holder")) {
            assertThat(pool.explain().holders())
                    .singleElement()
                    .extracting(Holder::label)
                    .isEqualTo(lent.label());
            assertThat(slot(pool).backend).isEmpty();
        }
    }

    private static Slot slot(Pool pool) {
        return ((QueuePool) pool).line().slots()[0];
    }
}
