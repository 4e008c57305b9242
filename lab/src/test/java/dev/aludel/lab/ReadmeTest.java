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

    /// Without what differs from run to run: numbers, with the unit that their size decides, and where lines are
    /// broken.
    private static String masked(String text) {
        return text.replaceAll("\\d+(\\.\\d+)?( (s|ms|µs)\\b)?", "#").replaceAll("\\s+", " ");
    }

    private static List<Explanation> starve() {
        String url = Postgres.shared().url(Postgres.shared().createDatabase("readme"));
        Timeouts timeouts = new Timeouts();
        TripsOptions options = new TripsOptions(url, 8, 4, Duration.ofSeconds(1), 0, Duration.ofMillis(200), timeouts);
        try (TripsService service = TripsService.start(options);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + "/holds"))
                    .build();
            Stream.generate(() -> http.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
                    .limit(USERS)
                    .toList()
                    .forEach(CompletableFuture::join);
        }
        return timeouts.explanations();
    }
}
