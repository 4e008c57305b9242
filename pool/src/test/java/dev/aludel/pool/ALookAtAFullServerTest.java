package dev.aludel.pool;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A full server is looked at over a connection on its way between two borrowers, and something is wrong with that.
/// (F12)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ALookAtAFullServerTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private final AtomicInteger looks = new AtomicInteger();

    /// How long a connect, or a look, may take.
    private Duration patience = ofSeconds(5);

    private Pooler pooler = Pooler.DETECT;

    /// What comes of a question to the server.
    private interface Answer {
        void come() throws SQLException;
    }

    /// A server that has one connection.
    private Pool pool(Answer answer, TransactionState after) {
        return pool(new ForwardingServer(Server.other()) {
            @Override
            public ServerView<ConnectionLimit> limitsInPassing(Connection over, Duration limit) throws SQLException {
                looks.incrementAndGet();
                answer.come();
                return new ServerView.Seen<>(
                        List.of(new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 2, 0, 1)), null);
            }

            @Override
            public TransactionState transactionState(Connection connection) {
                return after;
            }
        });
    }

    private Pool pool(Server server) {
        return pools.pool(settings -> settings.size(3)
                .connectTimeout(patience)
                .timeout(patience.multipliedBy(12))
                .server(server)
                .pooler(pooler)
                .connections(() -> {
                    if (pools.database.open() > 0) {
                        throw new SQLException("too many clients", "53300");
                    }
                    return pools.connect();
                }));
    }

    private Caller<Checkout> refused(Pool pool) {
        Caller<Checkout> waiter = pools.waiting("waiter", pool);
        pools.awaitQuiet(); // it was refused by now
        return waiter;
    }

    @Test
    void gives_the_connection_to_who_waits_for_it() throws Exception {
        Pool pool = pool(() -> {}, TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(Pools.backend(served).number()).isEqualTo(1);
        assertThat(looks).hasValue(1);
        served.close();
    }

    @Test
    void asks_nothing_over_it_that_was_promised_a_connection_of_its_own() throws Exception {
        Pool pool = pool(new ForwardingServer(Server.other()) {
            @Override
            public ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) throws SQLException {
                diagnostic.setReadOnly(true); // it may do so, as nobody else has that connection
                looks.incrementAndGet();
                return new ServerView.Seen<>(List.of(), null);
            }

            @Override
            public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
                diagnostic.setReadOnly(true);
                looks.incrementAndGet();
                return new ServerView.Seen<>(List.of(), null);
            }
        });
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(served.connection().isReadOnly()).isFalse();
        assertThat(looks).hasValue(0);
        served.close();
    }

    @Test
    void does_not_ask_who_has_them_where_the_limits_are_refused() throws Exception {
        AtomicInteger more = new AtomicInteger();
        Pool pool = pool(new ForwardingServer(Server.other()) {
            @Override
            public ServerView<ConnectionLimit> limitsInPassing(Connection over, Duration limit) {
                looks.incrementAndGet();
                return new ServerView.Refused<>("this user may not look");
            }

            @Override
            public ServerView<Backend> activityInPassing(Connection over, Duration limit) {
                more.incrementAndGet();
                return new ServerView.NotKnown<>();
            }
        });
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        waiter.result().close();
        assertThat(looks).hasValue(1);
        assertThat(more).hasValue(0);
    }

    @Test
    void is_not_made_behind_a_pooler() throws Exception {
        pooler = Pooler.SESSION;
        Pool pool = pool(() -> {}, TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(looks).hasValue(0);
        assertThat(pool.explain().text())
                .contains("who has them could not be seen: behind a pooler the server is not asked")
                .contains("raise the limit of the server, or of the pooler");
        served.close();
    }

    @Test
    void that_throws_costs_the_connection_but_no_slot() throws Exception {
        Pool pool = pool(
                () -> {
                    throw new SQLException("gone", "08006");
                },
                TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(Pools.backend(served).number()).isEqualTo(2);
        assertThat(pools.database.open()).isEqualTo(1);
        served.close();
    }

    @Test
    void that_leaves_a_transaction_open_costs_the_connection_but_no_slot() throws Exception {
        Pool pool = pool(() -> {}, TransactionState.OPEN);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(Pools.backend(served).number()).isEqualTo(2);
        served.close();
    }

    @Test
    void keeps_those_waiting_who_would_be_told_of_the_next_refusal_if_nothing_were_open() throws Exception {
        patience = ofDays(1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> answered = new CompletableFuture<>();
        Pool pool = pool(
                () -> {
                    begun.countDown();
                    answered.join();
                },
                TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);
        holder.close();
        begun.await();
        Connects connects = ((QueuePool) pool).explainer().connects();
        int failures = connects.failures();

        pools.clock.advance(ofMillis(1_200)); // a connect would not be waited for any more
        Await.until(
                () -> {
                    pools.clock.advance(ofMillis(20));
                    return connects.failures() > failures + 4;
                },
                () -> "it is asked for one more, in vain");
        assertThat(waiter.isDone()).isFalse();

        answered.complete(null);
        Checkout served = waiter.result();
        assertThat(Pools.backend(served).number()).isEqualTo(1);
        served.close();
    }

    @Test
    void is_not_made_where_the_driver_has_no_network_timeout_which_costs_nothing() throws Exception {
        pools.database.every("setNetworkTimeout").fails(new SQLFeatureNotSupportedException("not here"));
        Pool pool = pool(() -> {}, TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result();
        assertThat(Pools.backend(served).number()).isEqualTo(1);
        assertThat(looks).hasValue(0);
        assertThat(pool.explain().text()).contains("who has them could not be seen: its driver has no network timeout");
        served.close();
    }

    @Test
    void says_where_there_is_room_no_more_than_that_no_limit_was_seen_reached() throws Exception {
        Pool pool = pool(new ForwardingServer(Server.other()) {
            @Override
            public ServerView<ConnectionLimit> limitsInPassing(Connection over, Duration limit) {
                return new ServerView.Seen<>(
                        List.of(new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", 100, 3, 95)), null);
            }
        });
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);

        holder.close();

        Checkout served = waiter.result(); // one that logs in takes a place and is not counted yet
        assertThat(pool.explain().text()).contains("none of its limits was seen reached when it was asked");
        served.close();
    }

    @Test
    void that_hangs_costs_no_slot() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Pool pool = pool(
                () -> {
                    begun.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new SQLException("interrupted", "57014", e);
                    }
                },
                TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        Caller<Checkout> waiter = refused(pool);
        holder.close();
        begun.await();

        pools.clock.advance(ofSeconds(5)); // the connect timeout

        pools.database.await(it -> it.closed() == 1);
        Await.until(waiter::isDone, () -> pool.snapshot().toString()); // told, or served by then
        pools.awaitQuiet();
        pools.clock.advance(ofSeconds(1));
        if (pool.snapshot().checkedOut() > 0) {
            waiter.result().close();
        }
        Pools.settle(pool);
        pool.checkOut("next").close();
    }

    @Test
    void is_made_every_five_seconds_at_most() throws Exception {
        Pool pool = pool(() -> {}, TransactionState.NONE);
        Checkout holder = pool.checkOut("holder");
        for (int second = 0; second < 12; second++) {
            Caller<Checkout> waiter = refused(pool);
            holder.close();
            holder = waiter.result();
            pools.awaitQuiet();
            pools.clock.advance(ofSeconds(1));
        }

        assertThat(looks).hasValueBetween(2, 3);
        holder.close();
    }
}
