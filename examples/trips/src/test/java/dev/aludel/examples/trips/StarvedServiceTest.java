package dev.aludel.examples.trips;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Diagnosis.HeldOutsideSql;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolListener;
import dev.aludel.pool.PoolTimeoutException;
import dev.aludel.servers.Postgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The story of the README in small: three users, one connection, a handler that holds it.
@DisplayNameGeneration(ReplaceUnderscores.class)
class StarvedServiceTest {
    private static final Pattern SITE = Pattern.compile("Trips\\.holds\\(Trips\\.java:(\\d+)\\)");

    private final List<Explanation> explanations = new CopyOnWriteArrayList<>();

    @Test
    void names_the_route_and_the_line_that_hold_the_connection_and_users_read_503() throws Exception {
        List<HttpResponse<String>> responses = threeUsersOf("/holds");

        // then one was served and the others were told to try again
        assertThat(responses).extracting(HttpResponse::statusCode).containsExactlyInAnyOrder(200, 503, 503);
        assertThat(responses)
                .filteredOn(response -> response.statusCode() == 503)
                .allSatisfy(busy -> {
                    assertThat(busy.headers().firstValue("Retry-After")).hasValue("1");
                    assertThat(busy.body()).startsWith("The service is busy");
                });

        // and the data of the explanation points to the line of the source
        assertThat(explanations).hasSize(2).allSatisfy(explanation -> {
            HeldOutsideSql held = (HeldOutsideSql) explanation.diagnoses().getFirst();
            assertThat(held.outsideSql()).isGreaterThan(held.capacity() / 2);
            assertThat(held.shares().getFirst().label()).isEqualTo("GET /holds");
            assertThat(sourceLine(requireNonNull(held.shares().getFirst().site())))
                    .contains("session.get(TRIP");
            assertThat(held.remedy()).contains("sessions.read", "Quotes.fetch");
        });
    }

    @Test
    void serves_everybody_once_the_handler_gives_the_connection_back() throws Exception {
        assertThat(threeUsersOf("/releases"))
                .extracting(HttpResponse::statusCode)
                .containsExactly(200, 200, 200);
        assertThat(threeUsersOf("/reads")).extracting(HttpResponse::statusCode).containsExactly(200, 200, 200);
        assertThat(explanations).isEmpty();
    }

    private List<HttpResponse<String>> threeUsersOf(String path) {
        String url = Postgres.shared().url(Postgres.shared().createDatabase("starved"));
        PoolListener listener = new PoolListener() {
            @Override
            public void timedOut(PoolTimeoutException timeout) {
                explanations.add(timeout.explanation());
            }
        };
        TripsOptions options = new TripsOptions(url, 1, 0, Duration.ofMillis(250), 0, Duration.ofMillis(750), listener);
        try (TripsService service = TripsService.start(options);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                    .build();
            return Stream.generate(() -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                    .limit(3)
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    private static String sourceLine(@Nullable String site) throws Exception {
        Matcher matcher = SITE.matcher(String.valueOf(site));
        assertThat(matcher.matches()).as(site).isTrue();
        Path source = Path.of("src/main/java/dev/aludel/examples/trips/Trips.java");
        return Files.readAllLines(source).get(Integer.parseInt(matcher.group(1)) - 1);
    }
}
