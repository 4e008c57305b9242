package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The guide docs/guides/overload.md: its code is this class's, between the marks.
@DisplayNameGeneration(ReplaceUnderscores.class)
class OverloadGuideTest {
    private static final Path GUIDE = Path.of("../docs/guides/overload.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/aludel/pool/OverloadGuideTest.java");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern MARKED =
            Pattern.compile("^    // the guide:\\n(.*?)^    // so far$", Pattern.DOTALL | Pattern.MULTILINE);

    @RegisterExtension
    final Pools pools = new Pools();

    record Reply(int status, String text) {}

    // the guide:
    Reply departures(Pool pool, Duration budget) throws SQLException {
        Deadline deadline = Deadline.in(budget); // when the request comes in
        return departures(pool, deadline);
    }
    // so far

    // the guide:
    Reply departures(Pool pool, Deadline deadline) throws SQLException {
        try (Checkout checkout = pool.checkOut("GET /departures", deadline)) {
            return new Reply(200, read(checkout.connection()));
        } catch (PoolOverloadedException refused) {
            return new Reply(503, "Retry-After: " + seconds(refused.retryAfter()));
        } catch (PoolTimeoutException late) {
            return new Reply(503, "no connection in time");
        }
    }

    /// HTTP counts whole seconds.
    long seconds(Duration retryAfter) {
        return Math.max(1, -Math.floorDiv(-retryAfter.toMillis(), 1000));
    }
    // so far

    // the guide:
    Deadline until(Instant end, Clock clock) {
        return () -> Duration.between(clock.instant(), end);
    }
    // so far

    // the guide:
    void nightly(Pool pool, String tenant) throws SQLException {
        Borrower batch = Borrower.of("nightly report").tenant(tenant).priority(Priority.LOW);
        try (Checkout checkout = pool.checkOutFor(batch)) {
            read(checkout.connection());
        }
    }
    // so far

    private static String read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            return rows.next() ? "departures" : "none";
        }
    }

    @Test
    void shows_the_code_that_is_tested_here() throws IOException {
        List<String> marked = MARKED.matcher(Files.readString(SOURCE))
                .results()
                .map(mark -> mark.group(1).replaceAll("(?m)^    ", ""))
                .toList();

        assertThat(marked).hasSize(4);
        assertThat(blocks("java")).isEqualTo(marked);
    }

    @Test
    void shows_what_the_pool_says_when_it_refuses() throws Exception {
        PoolOverloadedException refusal = catchThrowableOfType(
                PoolOverloadedException.class, () -> busy().checkOut("GET /departures", () -> ofMillis(500)));

        assertThat(blocks("text"))
                .containsExactly(
                        refusal.explanation().text().lines().findFirst().orElseThrow() + "\n");
        assertThat(refusal.retryAfter()).isEqualTo(ofMillis(250)); // as the text below it says
    }

    @Test
    void has_a_batch_wait_for_its_tenant_only() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2).maxPerTenant(1));
        Checkout acme = pool.checkOutFor(Borrower.of("report").tenant("acme"));
        nightly(pool, "other");
        Caller<Boolean> second = Caller.start("acme's", () -> {
            nightly(pool, "acme");
            return true;
        });
        pools.clock.awaitParked(second.thread());

        acme.close();

        assertThat(second.result()).isTrue();
    }

    @Test
    void answers_who_finds_a_connection() throws Exception {
        assertThat(departures(pools.pool(settings -> settings.size(1)), ofMinutes(10))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void tells_who_is_refused_when_to_come_again_in_whole_seconds() throws Exception {
        assertThat(departures(busy(), () -> ofMillis(500))).isEqualTo(new Reply(503, "Retry-After: 1"));
        assertThat(seconds(ofMillis(1_001))).isEqualTo(2);
        assertThat(seconds(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void tells_who_has_waited_in_vain() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofMillis(700)));
        pool.checkOut("holder");
        Caller<Reply> caller = Caller.start("caller", () -> departures(pool, () -> ofMinutes(10)));
        pools.clock.awaitParked(caller.thread());

        pools.clock.advance(ofMillis(700));

        assertThat(caller.result()).isEqualTo(new Reply(503, "no connection in time"));
    }

    @Test
    void takes_a_deadline_from_any_clock() {
        Instant now = Instant.parse("2026-11-27T12:00:00Z");

        assertThat(until(now.plusMillis(300), Clock.fixed(now, ZoneOffset.UTC)).left())
                .isEqualTo(ofMillis(300));
    }

    /// A pool of one connection that is usually held for 100 ms, for which four wait.
    private Pool busy() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).name("trips").prePing(false));
        for (int i = 0; i < 3; i++) {
            Checkout checkout = pool.checkOut("teaches");
            pools.clock.advance(ofMillis(100));
            checkout.close();
        }
        Caller.start("holder", () -> pool.checkOut("holder")).result();
        for (int i = 0; i < 4; i++) {
            pools.waiting("patient", pool);
        }
        return pool;
    }

    /// Returns the fenced blocks of the guide in a language.
    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(Files.readString(GUIDE))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }
}
