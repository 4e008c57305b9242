package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.examples.trips.TripsOptions;
import dev.aludel.examples.trips.TripsService;
import dev.aludel.pool.Explanation;
import dev.aludel.servers.Postgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// What the README shows is what the pool says.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadmeTest {
    private static final String FIRST = "QueuePool limit of size 8 overflow 4 reached";
    private static final String LAST = "see:";
    private static final int CONNECTIONS = 12;
    private static final int USERS = 150;

    @Test
    void shows_an_explanation_that_the_service_gives_under_load_but_for_its_numbers() throws Exception {
        // given the text of the README
        String shown = shown(Files.readAllLines(Path.of("../README.md")));

        // when many users at a time ask a handler that holds its connection
        List<Explanation> explanations = starve();

        // then the pool says the same
        assertThat(explanations).isNotEmpty();
        assertThat(explanations.stream().map(each -> masked(each.text())).distinct())
                .as(
                        "what the pool said, masked, has to include the explanation in README.md; one of them in full:%n%s",
                        explanations.getFirst().text())
                .contains(masked(shown));
    }

    /// Returns the explanation in the README, in a fence or indented.
    private static String shown(List<String> readme) {
        List<String> lines = readme.stream()
                .map(String::strip)
                .dropWhile(line -> !line.startsWith(FIRST))
                .toList();
        assertThat(lines)
                .as("README.md must have a line that begins with '%s'", FIRST)
                .isNotEmpty();
        int end = (int) lines.stream().takeWhile(line -> !line.startsWith(LAST)).count();
        assertThat(end)
                .as("the explanation in README.md must end with a line '%s'", LAST)
                .isLessThan(lines.size());
        return lines.subList(0, end + 1).stream().collect(Collectors.joining("\n"));
    }

    @Test
    void shows_the_lines_that_its_numbers_name() {
        assertThat(masked("GET /holds 32.2, Trips.holds(Trips.java:39), for 19 ms"))
                .isEqualTo("GET /holds #, Trips.holds(Trips.java:39), for #");
    }

    /// Without what differs from run to run: numbers but those of lines, with the unit that their size decides, and
    /// where lines are broken.
    private static String masked(String text) {
        return text.replaceAll("(?<!\\.java:\\d{0,6})\\d+(\\.\\d+)?( (s|ms|µs)\\b)?", "#")
                .replaceAll("\\s+", " ");
    }

    /// Opens all connections first: those that are still being opened have no share in the verdict,
    /// which is then less than certain.
    ///
    /// The timeouts, after 1 s, come in the middle of a call: the connections change hands every 0.7 s,
    /// and at the change some holders would be in SQL.
    private static List<Explanation> starve() throws SQLException {
        String url = Postgres.shared().url(Postgres.shared().createDatabase("readme"));
        Timeouts timeouts = new Timeouts();
        TripsOptions options = new TripsOptions(url, 8, 4, Duration.ofSeconds(1), 0, Duration.ofMillis(700), timeouts);
        try (TripsService service = TripsService.start(options);
                HttpClient http = HttpClient.newHttpClient()) {
            Story.openAll(service);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + "/holds"))
                    .build();
            ask(http, request, CONNECTIONS);
            ask(http, request, USERS);
        }
        return timeouts.explanations();
    }

    /// Sends so many requests at once, and waits for their answers.
    private static void ask(HttpClient http, HttpRequest request, int users) {
        Stream.generate(() -> http.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
                .limit(users)
                .toList()
                .forEach(CompletableFuture::join);
    }
}
