package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LiveStackTest {
    private static StackTraceElement frame(String className, String method, int line) {
        String file = className.substring(className.lastIndexOf('.') + 1).replaceAll("\\$.*", "") + ".java";
        return new StackTraceElement(className, method, file, line);
    }

    @Test
    void names_what_a_thread_waits_in_and_the_users_lines_that_led_there() {
        LiveStack stack = new LiveStack(List.of(
                frame("java.lang.Thread", "sleepNanos", 500),
                frame("java.lang.Thread", "sleep", 527),
                frame("com.example.Quotes", "fetch", 18),
                frame("com.example.Trips", "lambda$holds$2", 49),
                frame("dev.aludel.orm.Session", "call", 88),
                frame("com.example.Trips", "holds", 47),
                frame("io.javalin.http.Handler", "handle", 1),
                frame("com.example.Main", "serve", 3)));

        assertThat(stack.doing(null))
                .containsExactly(
                        "Thread.sleep",
                        "Quotes.fetch(Quotes.java:18)",
                        "Trips.holds(Trips.java:49)",
                        "Trips.holds(Trips.java:47)"); // three of the user's at most
        assertThat(stack.site()).map(Site::text).contains("Quotes.fetch(Quotes.java:18)");
    }

    @Test
    void ends_with_the_method_that_checked_out() {
        LiveStack stack = new LiveStack(List.of(
                frame("java.lang.Thread", "sleep", 527),
                frame("com.example.Quotes", "fetch", 18),
                frame("com.example.Trips", "lambda$holds$2", 49),
                frame("com.example.Main", "serve", 3)));

        assertThat(stack.doing(new Site("com.example.Trips", "holds", "Trips.java", 47)))
                .containsExactly("Thread.sleep", "Quotes.fetch(Quotes.java:18)", "Trips.holds(Trips.java:49)");
    }

    @Test
    void of_a_thread_that_computes_names_its_line_only() {
        LiveStack stack = new LiveStack(List.of(frame("com.example.Trips", "sum", 5)));

        assertThat(stack.doing(null)).containsExactly("Trips.sum(Trips.java:5)");
    }

    @Test
    void without_a_line_of_the_users_says_nothing() {
        LiveStack stack = new LiveStack(List.of(frame("java.lang.Thread", "run", 1)));

        assertThat(stack.doing(null)).isEmpty();
        assertThat(stack.site()).isEmpty();
    }

    @Test
    void of_a_thread_that_has_ended_is_empty() throws Exception {
        Thread ended = Thread.ofVirtual().start(() -> {});
        ended.join();

        assertThat(LiveStack.of(ended).doing(null)).isEmpty();
    }

    @Test
    void of_a_parked_virtual_thread_shows_where_it_is() {
        Thread parked = Thread.ofVirtual().start(LiveStackTest::waitForEver);
        try {
            Await.until(() -> !LiveStack.of(parked).doing(null).isEmpty(), () -> "a stack");

            assertThat(LiveStack.of(parked).doing(null))
                    .anyMatch(line -> line.startsWith("LiveStackTest.waitForEver(LiveStackTest.java:"));
        } finally {
            parked.interrupt();
        }
    }

    private static void waitForEver() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    @Test
    void of_a_site_knows_how_to_do_without_file_and_line() {
        assertThat(new Site("com.example.Trips$1", "lambda$holds$2", "Trips.java", 47).text())
                .isEqualTo("Trips.holds(Trips.java:47)");
        assertThat(new Site("com.example.Trips", "holds", null, 47).text()).isEqualTo("Trips.holds");
        assertThat(new Site("com.example.Trips", "holds", "Trips.java", -1).text())
                .isEqualTo("Trips.holds");
    }

    @Test
    void of_a_checkout_begins_at_the_callers_line_and_not_in_the_library() {
        Site here = Site.here();

        assertThat(here)
                .isNotNull()
                .extracting(Site::text)
                .asString()
                .startsWith("LiveStackTest.of_a_checkout_begins_at_the_callers_line");
    }
}
