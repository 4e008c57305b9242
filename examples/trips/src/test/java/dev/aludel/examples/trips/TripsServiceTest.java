package dev.aludel.examples.trips;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Usage;
import dev.aludel.servers.Postgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Each route on a real PostgreSQL: what it answers, and how often it checks a connection out for that.
@DisplayNameGeneration(ReplaceUnderscores.class)
class TripsServiceTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static TripsService service;

    @BeforeAll
    static void start() {
        String url = Postgres.shared().url(Postgres.shared().createDatabase("trips"));
        service = TripsService.start(TripsOptions.on(url).quoteDelay(Duration.ofMillis(1)));
    }

    @AfterAll
    static void stop() {
        service.close();
        HTTP.close();
    }

    @AfterEach
    void no_connection_stays_out() {
        assertThat(service.pool().snapshot().checkedOut()).isZero();
    }

    @Test
    void fast_finds_one_of_10_000_trips() throws Exception {
        long before = checkoutsOf("/fast");
        assertThat(get("/fast").body()).matches("T-\\d{1,5}, [1-4] seats");
        assertThat(checkoutsOf("/fast") - before).isEqualTo(1);
    }

    @Test
    void slow_db_sleeps_in_the_database() throws Exception {
        long before = checkoutsOf("/slow_db");
        assertThat(get("/slow_db").body()).isEqualTo("slept");
        assertThat(checkoutsOf("/slow_db") - before).isEqualTo(1);
        assertThat(timeOf("/slow_db", Usage::inSql)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void holds_keeps_one_connection_all_the_way() throws Exception {
        long before = checkoutsOf("/holds");
        assertThat(get("/holds").body()).matches("T-\\d{1,5} with Driver \\d+ for \\d+\\.\\d\\d");
        assertThat(checkoutsOf("/holds") - before).isEqualTo(1);
        assertThat(timeOf("/holds", Usage::outsideSql)).isGreaterThanOrEqualTo(Duration.ofMillis(1));
    }

    @Test
    void releases_checks_out_before_and_after_the_call() throws Exception {
        long before = checkoutsOf("/releases");
        assertThat(get("/releases").body()).matches("T-\\d{1,5} with Driver \\d+ for \\d+\\.\\d\\d");
        assertThat(checkoutsOf("/releases") - before).isEqualTo(2);
    }

    @Test
    void reads_checks_out_for_each_statement() throws Exception {
        long before = checkoutsOf("/reads");
        assertThat(get("/reads").body()).matches("T-\\d{1,5} with Driver \\d+ for \\d+\\.\\d\\d");
        assertThat(checkoutsOf("/reads") - before).isEqualTo(2);
    }

    @Test
    void authed_shares_one_connection_with_its_dependency() throws Exception {
        long before = checkoutsOf("/authed");
        assertThat(get("/authed").body()).matches("Driver \\d+ looks at T-\\d{1,5}");
        assertThat(checkoutsOf("/authed") - before).isEqualTo(1);
    }

    @Test
    void nodb_checks_nothing_out() throws Exception {
        long before = service.pool().snapshot().checkouts();
        assertThat(get("/nodb").body()).isEqualTo("hello");
        assertThat(service.pool().snapshot().checkouts()).isEqualTo(before);
    }

    @Test
    void the_index_lists_routes_that_answer() throws Exception {
        List<String> paths =
                get("/").body().lines().map(line -> line.split(" ", 2)[0]).toList();
        assertThat(paths)
                .containsExactly("/fast", "/slow_db", "/holds", "/releases", "/reads", "/authed", "/nodb", "/metrics");
        for (String path : paths) {
            get(path);
        }
    }

    @Test
    void metrics_tell_where_the_connections_are_and_what_their_time_went_into() throws Exception {
        get("/fast");
        get("/metrics"); // sees the label for the first time
        assertThat(get("/metrics").body())
                .contains("aludel_pool_connections{pool=\"trips\",state=\"checkedOut\"} 0.0")
                .contains("aludel_pool_size{pool=\"trips\"} 8.0")
                .contains("aludel_connection_seconds_total{kind=\"outsideSql\",label=\"GET /fast\",pool=\"trips\"}");
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + service.port() + path);
        HttpResponse<String> response =
                HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response;
    }

    private static long checkoutsOf(String path) {
        return usageOf(path).mapToLong(Usage::checkouts).sum();
    }

    private static Duration timeOf(String path, Function<Usage, Duration> part) {
        return usageOf(path).map(part).reduce(Duration.ZERO, Duration::plus);
    }

    private static Stream<Usage> usageOf(String path) {
        return service.pool().usage().stream().filter(usage -> ("GET " + path).equals(usage.label()));
    }
}
