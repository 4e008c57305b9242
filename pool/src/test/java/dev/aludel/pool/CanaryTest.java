package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.TellingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CanaryTest {
    private static final String TELLING = "password=" + Canary.PASSWORD;

    @RegisterExtension
    final Pools pools = new Pools();

    private @Nullable ExtensionContext context;

    @RegisterExtension
    final BeforeEachCallback keepsTheContext = given -> context = given;

    private static SQLException telling() {
        return new SQLException(TELLING);
    }

    @Test
    void is_found_in_an_error_its_causes_and_what_was_suppressed() {
        SQLException suppressing = new SQLException("quiet");
        suppressing.addSuppressed(new IllegalStateException("quiet", telling()));

        for (Throwable error : List.of(telling(), new SQLException("quiet", telling()), suppressing)) {
            assertThatThrownBy(() -> Canary.isNotIn(error)).isInstanceOf(AssertionError.class);
        }
        assertThatCode(() -> Canary.isNotIn(new SQLException("quiet", new SQLException("quiet"))))
                .doesNotThrowAnyException();
    }

    @Test
    void is_found_in_a_line_of_the_log_at_its_finest() {
        Canary canary = new Canary();
        canary.listen();
        LoggerFactory.getLogger("dev.aludel.pool.Anything").trace("connects with {}", TELLING);

        assertThatThrownBy(canary::check).isInstanceOf(AssertionError.class).hasMessageContaining("connects with");
    }

    @Test
    void is_found_in_an_error_that_a_line_of_the_log_carries() {
        Canary canary = new Canary();
        canary.listen();
        LoggerFactory.getLogger("dev.aludel.pool.Anything")
                .debug("a connect failed", new IllegalStateException("quiet", telling()));

        assertThatThrownBy(canary::check).isInstanceOf(AssertionError.class).hasMessageContaining(TELLING);
    }

    @Test
    void is_found_in_what_a_pool_says_of_itself() throws Exception {
        Canary canary = new Canary();
        canary.listen();
        Pool pool = canary.watch(pools.pool(settings -> settings.size(1)));
        pool.checkOut(TELLING).close();

        assertThatThrownBy(canary::check).isInstanceOf(AssertionError.class).hasMessageContaining(TELLING);
    }

    @Test
    void is_found_in_what_a_pool_shows_over_jmx() {
        Pool pool = pools.pool(settings -> settings.name(Canary.PASSWORD));

        assertThat(Canary.shownOverJmx((QueuePool) pool)).contains(Canary.PASSWORD);
    }

    @Test
    void is_found_in_an_error_that_nobody_looked_at() {
        FlightRecorded recorded = new FlightRecorded();
        assertThat(telling().getSQLState()).isNull();

        assertThatThrownBy(recorded::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("java.sql.SQLException")
                .hasMessageContaining(TELLING);
    }

    @Test
    void is_found_in_an_event_of_the_flight_recorder() throws Exception {
        FlightRecorded recorded = new FlightRecorded();
        pools.pool(settings -> settings.size(1)).checkOut(TELLING).close();

        assertThatThrownBy(recorded::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("aludel.Checkout")
                .hasMessageContaining(TELLING);
    }

    @Test
    void is_known_to_the_driver_of_planted_pools_and_in_the_errors_that_it_throws() throws Exception {
        Pools planted = new Pools().planted();
        planted.listen();
        Pool pool = planted.pool(settings -> settings.size(1));
        planted.database.next("connect").fails("28P01");
        planted.database.next("execute").fails("22001");

        Throwable refused = catchThrowable(() -> pool.checkOut("caller"));
        try (Checkout checkout = pool.checkOut("caller")) {
            assertThat(catchThrowable(() -> Canary.select(checkout.connection())))
                    .isInstanceOf(TellingException.class)
                    .hasMessageEndingWith("[" + Canary.PASSWORD + "]])");
        }

        assertThat(refused)
                .isInstanceOf(ConnectFailedException.class)
                .cause()
                .isInstanceOf(TellingException.class)
                .hasMessageContaining("password=" + Canary.PASSWORD)
                .hasMessageContaining("token=" + Canary.PASSWORD);
        planted.afterEach(context());
    }

    /// What would tell the driver's words to somebody else: each must be found, were it the pool's.
    enum Leak {
        IN_THE_LOG {
            @Override
            void of(Throwable error) {
                LOG.debug("invalidated: {}", error.getMessage());
            }
        },
        AS_AN_ERROR_THAT_IS_LOGGED {
            @Override
            void of(Throwable error) {
                LOG.trace("invalidated", error);
            }
        },
        IN_AN_ERROR {
            @Override
            void of(Throwable error) {
                throw new IllegalStateException("invalidated: " + error.getMessage());
            }
        };

        private static final Logger LOG = LoggerFactory.getLogger("dev.aludel.pool.Leak");

        abstract void of(Throwable error);
    }

    @ParameterizedTest
    @EnumSource
    void fails_a_test_of_planted_pools_that_hand_on_what_the_driver_said(Leak leak) throws Exception {
        Pools planted = new Pools().planted();
        planted.listen();
        PoolListener listener = new PoolListener() {
            @Override
            public void invalidated(String connection, @Nullable Throwable reason) {
                leak.of(Objects.requireNonNull(reason));
            }
        };
        Pool pool = planted.pool(settings -> settings.size(1).listener(listener));
        planted.database.next("execute").fails("08006");
        try (Checkout checkout = pool.checkOut("caller")) {
            assertThatThrownBy(() -> Canary.select(checkout.connection())).isInstanceOf(TellingException.class);
        }

        assertThatThrownBy(() -> planted.afterEach(context()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(Canary.PASSWORD);
    }

    @Test
    void does_not_hide_what_else_was_wrong_after_a_test() throws Exception {
        Pools planted = new Pools().planted();
        planted.listen();
        Pool pool = planted.pool(settings -> settings.size(1));
        pool.checkOut(TELLING).close();
        try (Connection shared = planted.database.connect()) {
            Gate check = planted.database.next("isValid").hangs();
            Caller<Boolean> other = Caller.start("other", () -> shared.isValid(1));
            check.awaitHanging(1);
            shared.setAutoCommit(false);
            check.open();
            assertThat(other.result()).isTrue();
        }

        assertThatThrownBy(() -> planted.afterEach(context()))
                .hasMessageContaining("calls that met on one connection")
                .hasMessageContaining(TELLING);
    }

    private ExtensionContext context() {
        return Objects.requireNonNull(context);
    }

    @Test
    void is_in_nothing_that_is_recorded_of_a_pool_that_has_it_as_its_password() throws Exception {
        FlightRecorded recorded = new FlightRecorded();
        Pools planted = new Pools().planted();
        planted.listen();
        Pool pool = planted.pool(settings -> settings.size(1));
        planted.database.next("connect").fails("28P01");
        planted.database.next("execute").fails("08006");
        assertThatThrownBy(() -> pool.checkOut("refused")).hasCauseInstanceOf(TellingException.class);
        try (Checkout checkout = pool.checkOut("quiet")) {
            assertThatThrownBy(() -> Canary.select(checkout.connection())).isInstanceOf(TellingException.class);
        }
        planted.afterEach(context());

        assertThatCode(recorded::close).doesNotThrowAnyException();
    }

    @Test
    void is_found_in_what_an_error_of_the_drivers_is_quoted_in() {
        FlightRecorded recorded = new FlightRecorded();
        Pools planted = new Pools().planted();
        planted.database.next("execute").fails("22001");

        Throwable told = catchThrowable(() -> Canary.select(planted.database.connect()));
        SQLException quoting = new SQLException(told.getMessage(), told);
        assertThat(quoting.getCause()).isSameAs(told);

        assertThatThrownBy(recorded::close).isInstanceOf(AssertionError.class).hasMessageContaining(Canary.PASSWORD);
    }
}
