package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SmallRuntimeTest {
    /// Runs in a Java that has the modules of `java.sql` only.
    static final class Program {
        private Program() {}

        @SuppressWarnings("SystemOut") // it is read by the test
        public static void main(String[] arguments) throws Exception {
            FakeDatabase database = new FakeDatabase();
            boolean small = ModuleLayer.boot().findModule("jdk.jfr").isEmpty();
            try (Pool pool = Pool.of(settings -> settings.connections(database::connect))) {
                pool.checkOut("main").close();
                System.out.println(
                        (small ? "small: " : "large: ") + pool.snapshot().checkouts());
            }
            try {
                Pool.of(settings -> settings.connections(database::connect).jmx(true));
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void is_enough_for_a_pool_that_is_not_to_be_shown_over_jmx() throws Exception {
        Process process = AnotherJava.start(
                Program.class, List.of("--limit-modules", "java.sql", "-cp", AnotherJava.classPath("logback")));

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines())
                .containsExactly(
                        "small: 1",
                        "Pool 'default': jmx is on, but this Java runs without the module java.management: add it"
                                + " (--add-modules java.management, for java or for jlink), or leave jmx off");
        assertThat(process.waitFor()).isZero();
    }
}
