package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aludel.pool.Pool;
import dev.aludel.sql.Dialects;
import dev.aludel.sql.Unsafe;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OptionsTest {
    // connection-model row 152
    @ParameterizedTest
    @MethodSource("refusals")
    void are_refused_by_key_value_rule_and_remedy(Consumer<Options> options, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Engine.create("h2:mem:options", options))
                .withMessageStartingWith(message);
    }

    static List<Arguments> refusals() {
        return List.of(
                refusal(options -> options.poolSize(0), "poolSize must be 1 or more, but was 0: give the number"),
                refusal(options -> options.poolSize(-3), "poolSize must be 1 or more, but was -3: "),
                refusal(options -> options.maxOverflow(-1), "maxOverflow must be 0 or more, but was -1: give a number"),
                refusal(
                        options -> options.poolTimeout(Duration.ZERO),
                        "poolTimeout must be more than 0, but was PT0S: give a time such as 10 s"),
                refusal(
                        options -> options.poolTimeout(Duration.ofSeconds(-1)),
                        "poolTimeout must be between 0 and 365 days, but was PT-1S: give a time such as 10 s"),
                refusal(
                        options -> options.recycle(Duration.ofDays(366)),
                        "recycle must be between 0 and 365 days, but"),
                refusal(options -> options.socketTimeout(Duration.ofMillis(-1)), "socketTimeout must be between 0 and"),
                refusal(options -> options.statementTimeout(Duration.ofNanos(-1)), "statementTimeout must be between"),
                refusal(
                        options -> options.cacheSize(-1),
                        "cacheSize must be 0 or more, but was -1: give 0 to keep none"),
                refusal(options -> options.name(" "), "name must be a word that can be read in a log, but was a text"),
                refusal(
                        options -> options.name("a\nb"),
                        "name must be a word that can be read in a log, but was a text"),
                refusal(
                        options -> options.pool(settings -> settings.size(-1)),
                        "size must be 1 or more, but was -1: give the number"));
    }

    private static Arguments refusal(Consumer<Options> options, String message) {
        return Arguments.of(options, message);
    }

    @Test
    void of_the_pool_are_refused_for_a_data_source_that_was_given() {
        FakeDatabase database = new FakeDatabase();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Engine.of(
                        database.dataSource(),
                        Dialects.H2,
                        options -> options.poolSize(3).prePing(true)))
                .withMessage(
                        "poolSize, prePing must not be set for Engine.of(dataSource, dialect), since the data source"
                                + " has a pool of its own or none: set it there, or use Engine.create(url)");
    }

    @Test
    void reach_the_pool() {
        try (Engine engine = Engine.create(
                "h2:mem:options",
                options -> options.name("trips").poolSize(3).maxOverflow(2).poolTimeout(Duration.ofSeconds(1)))) {
            Pool pool = engine.pool().orElseThrow();

            assertThat(pool.name()).isEqualTo("trips");
            assertThat(pool.snapshot().size()).isEqualTo(3);
            assertThat(pool.snapshot().maxOverflow()).isEqualTo(2);
        }
    }

    @Test
    void of_the_pool_itself_are_applied_last_wherever_they_stand() {
        try (Engine engine = Engine.create(
                "h2:mem:options",
                options -> options.pool(settings -> settings.size(3).maxOverflow(1))
                        .poolSize(5)
                        .maxOverflow(2)
                        .pool(settings -> settings.maxOverflow(4)))) {
            Pool pool = engine.pool().orElseThrow();

            assertThat(pool.snapshot().size()).isEqualTo(3);
            assertThat(pool.snapshot().maxOverflow()).isEqualTo(4);
        }
    }

    @Test
    void can_start_from_the_defaults_of_the_model() {
        try (Engine engine = Engine.create("h2:mem:options", Options::sqlalchemy)) {
            Pool pool = engine.pool().orElseThrow();

            assertThat(pool.snapshot().size()).isEqualTo(5);
            assertThat(pool.snapshot().maxOverflow()).isEqualTo(10);
        }
    }

    @Test
    void give_each_statement_a_timeout_of_30_seconds_unless_said_otherwise() throws Exception {
        assertThat(isStopped(Duration.ofSeconds(29), options -> {})).isFalse();
        assertThat(isStopped(Duration.ofSeconds(31), options -> {})).isTrue();
        assertThat(isStopped(Duration.ofSeconds(31), options -> options.statementTimeout(Duration.ZERO)))
                .isFalse();
    }

    @Test
    void leave_the_timeout_of_a_given_pool_to_that_pool_unless_said_otherwise() throws Exception {
        assertThat(isStoppedInPool(Duration.ofSeconds(4), options -> {})).isFalse();
        assertThat(isStoppedInPool(Duration.ofSeconds(6), options -> {})).isTrue();
        assertThat(isStoppedInPool(Duration.ofSeconds(6), options -> options.statementTimeout(Duration.ofSeconds(7))))
                .isFalse();
        assertThat(isStoppedInPool(Duration.ofSeconds(6), options -> options.statementTimeout(Duration.ZERO)))
                .isFalse();
    }

    /// In a pool whose own timeout is 5 s.
    private static boolean isStoppedInPool(Duration running, Consumer<Options> configure) throws Exception {
        return isStoppedIn(running, database -> {
            Pool pool = Pool.of(
                    settings -> settings.connections(database::connect).statementTimeout(Duration.ofSeconds(5)));
            return Engine.of(pool, Dialects.H2, configure);
        });
    }

    @Test
    void round_a_statement_timeout_up_to_whole_seconds() throws Exception {
        Consumer<Options> options = each -> each.statementTimeout(Duration.ofMillis(1_200));

        assertThat(isStopped(Duration.ofMillis(1_900), options)).isFalse();
        assertThat(isStopped(Duration.ofMillis(2_100), options)).isTrue();
    }

    @Test
    void give_the_models_statements_no_timeout() throws Exception {
        assertThat(isStoppedIn(
                        Duration.ofHours(1),
                        database -> Engine.create(
                                "h2:mem:options",
                                options -> options.sqlalchemy()
                                        .pool(settings -> settings.connections(database::connect)))))
                .isFalse();
    }

    private static boolean isStopped(Duration running, Consumer<Options> configure) throws Exception {
        return isStoppedIn(running, database -> Engine.of(database.dataSource(), Dialects.H2, configure));
    }

    /// Returns whether a statement that runs so long is stopped by its timeout.
    private static boolean isStoppedIn(Duration running, Function<FakeDatabase, Engine> engines) throws Exception {
        VirtualClock clock = new VirtualClock();
        FakeDatabase database = new FakeDatabase();
        database.next("execute").takes(running, clock);
        try (Engine engine = engines.apply(database)) {
            FutureTask<Integer> reading =
                    new FutureTask<>(() -> engine.read(Unsafe.sql("select 1")).size());
            Thread.ofVirtual().start(reading);
            clock.awaitParked(1);
            clock.advance(running);
            return reading.get(10, TimeUnit.SECONDS) != 1;
        } catch (ExecutionException stopped) {
            assertThat(stopped).hasCauseInstanceOf(StatementTimeout.class);
            return true;
        }
    }

    @Test
    void give_the_driver_sixty_seconds_to_answer_by_default() {
        FakeDatabase database = new FakeDatabase();
        try (Engine engine = Engine.create(
                "h2:mem:options", options -> options.pool(settings -> settings.connections(database::connect)))) {
            engine.connect().close();
        }
        try (Engine engine = Engine.create(
                "h2:mem:options",
                options -> options.socketTimeout(Duration.ofSeconds(5))
                        .pool(settings -> settings.connections(database::connect)))) {
            engine.connect().close();
        }

        assertThat(database.log()).contains("setNetworkTimeout 60000", "setNetworkTimeout 5000");
    }
}
