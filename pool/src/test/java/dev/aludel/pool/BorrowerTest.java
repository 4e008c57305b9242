package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a layer above says of who asks for a connection.
@DisplayNameGeneration(ReplaceUnderscores.class)
class BorrowerTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private final AtomicReference<Borrower> current = new AtomicReference<>();

    private Pool pool(boolean lazy) {
        return pools.pool(settings -> settings.lazy(lazy)
                .borrower(current::get)
                .label(() -> "by the pool")
                .deadline(() -> () -> Duration.ofSeconds(9)));
    }

    @Test
    void names_himself_by_his_label() throws Exception {
        try (Checkout checkout = pool(false).checkOutFor(Borrower.of("GET /trips"))) {
            assertThat(checkout.label()).isEqualTo("GET /trips");
        }
    }

    @Test
    void is_asked_for_where_the_caller_says_nothing() throws Exception {
        current.set(Borrower.of("the request"));

        try (Checkout checkout = pool(false).checkOut(null)) {
            assertThat(checkout.label()).isEqualTo("the request");
        }
    }

    @Test
    void counts_less_than_what_the_caller_says() throws Exception {
        current.set(Borrower.of("the request"));
        Pool pool = pool(false);

        try (Checkout labelled = pool.checkOut("the caller");
                Checkout described = pool.checkOutFor(Borrower.of(null))) {
            assertThat(labelled.label()).isEqualTo("the caller");
            assertThat(described.label()).isEqualTo("the request");
        }
    }

    private Borrower known(Borrower given) throws Exception {
        QueuePool pool = (QueuePool) pool(false);
        try (Checkout checkout = pool.checkOutFor(given)) {
            assertThat(checkout.label()).isNotNull();
            return Objects.requireNonNull(pool.line().slots()[0].borrower());
        }
    }

    @Test
    void is_in_what_he_leaves_out_as_the_layer_above_says() throws Exception {
        Borrower above = Borrower.of("the request")
                .tenant("acme")
                .scope("request 7")
                .priority(Priority.LOW)
                .deadline(() -> Duration.ofSeconds(5));
        current.set(above);

        assertThat(known(Borrower.of(null))).isEqualTo(above);
        assertThat(known(Borrower.of("report"))).isEqualTo(above.label("report"));
        Borrower other = above.label("report").tenant("other").scope(8).deadline(() -> Duration.ofSeconds(6));
        assertThat(known(other)).isEqualTo(other);
    }

    /// That it was named cannot be told from that it was not.
    @Test
    void is_of_the_priority_above_unless_he_names_another_than_normal() throws Exception {
        current.set(Borrower.of("the batch").priority(Priority.LOW));

        assertThat(known(Borrower.of("report").priority(Priority.NORMAL)).priority())
                .isEqualTo(Priority.LOW);
        assertThat(known(Borrower.of("alarm").priority(Priority.HIGH)).priority())
                .isEqualTo(Priority.HIGH);
    }

    @Test
    void does_not_leave_the_bound_of_his_tenant_by_naming_a_label() throws Exception {
        QueuePool pool = (QueuePool) pools.pool(settings -> settings.size(2)
                .maxPerTenant(1)
                .borrower(() -> Borrower.of("the request").tenant("acme")));
        try (Checkout first = pool.checkOut(null)) {
            assertThat(first.label()).isEqualTo("the request");
            assertThatThrownBy(() -> pool.checkOut(Borrower.of("report"), null, 0, null, true))
                    .isInstanceOf(PoolTimeoutException.class);
        }
    }

    @Test
    void has_the_deadline_of_the_layer_above_if_he_states_none() {
        Pool pool = pools.pool(settings -> settings.deadline(() -> () -> Duration.ZERO));

        assertThatThrownBy(() -> pool.checkOutFor(Borrower.of("late"))).isInstanceOf(PoolOverloadedException.class);
    }

    @Test
    void is_refused_once_his_own_deadline_has_passed() {
        Borrower late = Borrower.of("late").deadline(() -> Duration.ZERO);

        assertThatThrownBy(() -> pool(false).checkOutFor(late)).isInstanceOf(PoolOverloadedException.class);
    }

    @Test
    void is_known_of_a_slot_for_as_long_as_he_has_it() throws Exception {
        QueuePool pool = (QueuePool) pool(false);
        Borrower borrower = Borrower.of("GET /trips").tenant("acme").scope("request 7");

        Checkout checkout = pool.checkOutFor(borrower);
        assertThat(pool.line().slots()[0].borrower()).isEqualTo(borrower);
        checkout.close();
        assertThat(pool.line().slots()[0].borrower()).isNull();

        try (Checkout unsaid = pool.checkOut("GET /trips")) {
            assertThat(unsaid.label()).isEqualTo("GET /trips");
            assertThat(pool.line().slots()[0].borrower()).isNull();
        }
    }

    private static @Nullable String none(AtomicInteger asked) {
        asked.incrementAndGet();
        return null;
    }

    @Test
    void is_asked_for_once_for_each_connection_of_a_lazy_handle() throws Exception {
        AtomicInteger borrowers = new AtomicInteger();
        AtomicInteger labels = new AtomicInteger();
        Pool pool = pools.pool(settings -> settings.lazy(true)
                .borrower(() -> {
                    borrowers.incrementAndGet();
                    return current.get();
                })
                .label(() -> none(labels)));

        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "select 1");
            Sql.run(connection, "select 1");
        }

        assertThat(borrowers).hasValue(2);
        assertThat(labels).hasValue(2);
    }

    /// It is not what was left when the handle was made.
    @Test
    void has_his_deadline_at_each_connection_of_a_lazy_handle() throws Exception {
        AtomicBoolean passed = new AtomicBoolean();
        Deadline ending = () -> passed.get() ? Duration.ZERO : Duration.ofSeconds(9);
        Pool pool = pool(true);

        try (Checkout stated = pool.checkOut("job", ending);
                Checkout described = pool.checkOutFor(Borrower.of("job").deadline(ending))) {
            Sql.run(stated.connection(), "select 1");
            Sql.run(described.connection(), "select 1");
            passed.set(true);

            assertThatThrownBy(() -> Sql.run(stated.connection(), "select 1"))
                    .isInstanceOf(PoolOverloadedException.class);
            assertThatThrownBy(() -> Sql.run(described.connection(), "select 1"))
                    .isInstanceOf(PoolOverloadedException.class);
        }
    }

    @Test
    void that_asks_can_see_which_deadline_the_pool_would_find() {
        Deadline its = () -> Duration.ofSeconds(5);
        current.set(Borrower.of(null).deadline(its));

        for (boolean lazy : new boolean[] {true, false}) {
            assertThat(pool(lazy).deadline()).isSameAs(its);
        }
        current.set(Borrower.of("who has none"));
        assertThat(pool(true).deadline()).isNotNull().isNotSameAs(its);
        assertThat(pools.pool(settings -> settings.size(1)).deadline()).isNull();
    }

    @Test
    void is_known_of_what_a_lazy_handle_has() throws Exception {
        LazyPool pool = (LazyPool) pool(true);
        Borrower borrower = Borrower.of("GET /trips").priority(Priority.LOW);

        try (Checkout checkout = pool.checkOutFor(borrower)) {
            checkout.connection().createStatement().execute("SELECT 1");

            Borrower known = pool.pool().line().slots()[0].borrower();
            assertThat(known).isEqualTo(borrower);
        }
    }
}
