package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.example.Callers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A thread that has a connection is refused a second one (reliability: F37).
@DisplayNameGeneration(ReplaceUnderscores.class)
class StrictPoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @RegisterExtension
    final Pools pools = new Pools().planted();

    private final Pool pool =
            pools.pool(settings -> settings.size(4).name("trips").strict(true));

    @Test
    void refuses_a_thread_that_has_one_a_second_and_names_both_lines() throws SQLException {
        try (Checkout first = Callers.gets(pool, "GET /holds", PATIENCE)) {
            AlreadyCheckedOutException refusal =
                    catchThrowableOfType(AlreadyCheckedOutException.class, () -> Callers.gets(pool, "audit", PATIENCE));

            assertThat(refusal.getMessage())
                    .matches("Pool 'trips' \\(strict\\) lends a thread one connection: this one has trips#1 for"
                            + " GET /holds at Callers\\.gets\\(Callers\\.java:\\d+\\), and wants another for audit at"
                            + " Callers\\.gets\\(Callers\\.java:\\d+\\); hand the first on, or check it in before");
            assertThat(refusal.getSQLState()).isEqualTo("HY010");
            assertThat(refusal.explanation().holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.label()).isEqualTo(first.label()));
        }
    }

    @Test
    void lends_it_another_when_the_first_is_back() throws SQLException {
        Callers.gets(pool, "first", PATIENCE).close();

        Callers.gets(pool, "second", PATIENCE).close();
    }

    @Test
    void lends_another_thread_one_beside() throws SQLException {
        Checkout mine = Callers.gets(pool, "mine", PATIENCE);
        Caller.start("other", () -> Callers.gets(pool, "other", PATIENCE))
                .result()
                .close();
        mine.close();
    }

    /// It may belong to that one now.
    @Test
    void lends_another_to_a_thread_whose_connection_another_has_used() throws SQLException {
        Checkout handedOn = Callers.gets(pool, "handed on", PATIENCE);
        Caller.start("goes on with it", () -> {
                    Canary.select(handedOn.connection());
                    return true;
                })
                .result();

        Callers.gets(pool, "next", PATIENCE).close();
        handedOn.close();
    }

    private Checkout gets(Object scope) throws SQLException {
        return pool.checkOutFor(Borrower.of("GET /holds").scope(scope));
    }

    @Test
    void refuses_a_scope_that_has_one_a_second_whatever_the_thread() throws SQLException {
        try (Checkout first = gets("request 7")) {
            assertThat(first.label()).isEqualTo("GET /holds");

            assertThat(Caller.start("another thread", () -> gets("request 7")).failure())
                    .isInstanceOf(AlreadyCheckedOutException.class)
                    .hasMessageStartingWith("Pool 'trips' (strict) lends a scope one connection: this one has trips#1");
        }
    }

    /// It has told whose it is, whoever has used it.
    @Test
    void refuses_a_scope_a_second_even_if_another_thread_has_used_the_first() throws SQLException {
        try (Checkout handedOn = gets("request 7")) {
            Caller.start("goes on with it", () -> {
                        Sql.run(handedOn.connection(), "select 1");
                        return true;
                    })
                    .result();

            assertThatThrownBy(() -> gets("request 7")).isInstanceOf(AlreadyCheckedOutException.class);
        }
    }

    /// A piece of work that gives its connection back while it is compared with another, as another thread may do.
    private final class Leaving {
        private @Nullable Checkout mine;
        private @Nullable Checkout next;

        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            Checkout left = mine;
            if (left != null) {
                mine = null;
                left.close();
                next = Caller.start("the next", () -> gets("request 8")).result();
            }
            return other == this;
        }
    }

    @Test
    void refuses_nobody_for_what_somebody_else_has_by_now() throws SQLException {
        Leaving work = new Leaving();
        Checkout first = gets(work);
        work.mine = first;

        try (Checkout second = gets(work)) {
            Checkout next = Objects.requireNonNull(work.next);
            assertThat(((Loan) next).slot).as("what it had").isSameAs(((Loan) first).slot);
            assertThat(second.connection()).isNotSameAs(next.connection());
            next.close();
        }
    }

    private Pool lazy() {
        return pools.pool(settings -> settings.size(4).name("lazy").lazy(true).strict(true));
    }

    private static Connection begun(Pool lazy) throws SQLException {
        Connection connection = lazy.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    /// Whether the pool knows the answer already must not decide.
    @Test
    void lets_a_lazy_handle_ask_for_what_nobody_has_set_while_the_thread_has_one() throws SQLException {
        Pool lazy = lazy();
        try (Connection first = begun(lazy);
                Connection second = begun(lazy)) {
            Canary.select(first);

            assertThat(second.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(second.isReadOnly()).isFalse();
            assertThat(second.getClientInfo()).isEmpty();
            assertThat(second.getClientInfo("ApplicationName")).isNull();
            assertThat(second.nativeSQL("select 1")).isEqualTo("select 1");
            assertThat(second.isValid(1)).isTrue();
            assertThat(second.isWrapperFor(String.class)).isFalse();
            assertThat(lazy.snapshot().checkedOut()).isOne();
            assertThatThrownBy(() -> second.unwrap(Backend.class)).isInstanceOf(AlreadyCheckedOutException.class);
            assertThatThrownBy(() -> Canary.select(second)).isInstanceOf(AlreadyCheckedOutException.class);
        }
    }

    @Test
    void lends_a_thread_one_for_each_scope() throws SQLException {
        try (Checkout first = gets("request 7");
                Checkout second = gets("request 8")) {
            assertThat(first.connection()).isNotSameAs(second.connection());
        }
    }

    /// Work without a scope is that of its thread.
    @Test
    void refuses_a_thread_that_has_one_for_a_scope_a_second_for_none() throws SQLException {
        try (Checkout first = gets("request 7")) {
            assertThat(first.label()).isEqualTo("GET /holds");

            assertThatThrownBy(() -> Callers.gets(pool, "audit", PATIENCE))
                    .isInstanceOf(AlreadyCheckedOutException.class)
                    .hasMessageContaining("lends a thread one connection");
        }
    }

    @Test
    void takes_a_lazy_handle_that_was_only_asked_something_for_none() throws SQLException {
        Pool lazy = lazy();
        try (Connection first = begun(lazy);
                Connection second = begun(lazy)) {
            first.getTransactionIsolation();
            first.getCatalog();
            first.getClientInfo();
            first.getClientInfo("ApplicationName");
            first.nativeSQL("select 1");
            first.isValid(1);
            first.isWrapperFor(String.class);

            Canary.select(second);

            assertThatThrownBy(() -> Canary.select(first)).isInstanceOf(AlreadyCheckedOutException.class);
        }
    }

    @Test
    void is_an_option() throws SQLException {
        Pool lenient = pools.pool(settings -> settings.size(2));
        try (Checkout first = Callers.gets(lenient, "first", PATIENCE);
                Checkout second = Callers.gets(lenient, "second", PATIENCE)) {
            assertThat(first.connection()).isNotSameAs(second.connection());
        }
    }

    @Test
    void refuses_what_is_neither_true_nor_false() {
        assertThatThrownBy(() -> Pool.of(Map.of("aludel.pool.url", "jdbc:h2:mem:x", "aludel.pool.strict", "maybe")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strict");
    }
}
