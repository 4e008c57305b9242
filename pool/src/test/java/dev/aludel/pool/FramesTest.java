package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FramesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.Thread",
                "jdk.internal.net.http.HttpClientImpl",
                "sun.nio.ch.NioSocketImpl",
                "org.postgresql.jdbc.PgStatement",
                "org.h2.jdbc.JdbcStatement",
                "dev.aludel.pool.QueuePool",
                "dev.aludel.engine.Engine$1",
                "dev.aludel.web.javalin.Host",
            })
    void of_the_jdk_drivers_and_the_library_are_not_the_users(String className) {
        assertThat(Frames.isUser(className)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.example.Trips",
                "javalin.Trips",
                "dev.aludel.examples.trips.Trips",
                "dev.aludel.pool.FramesTest",
                "dev.aludel.pool.FramesTest$Inner",
                "dev.aludelpool.Trips",
            })
    void of_applications_and_of_our_tests_are_the_users(String className) {
        assertThat(Frames.isUser(className)).isTrue();
    }

    @Test
    void of_frameworks_are_known() {
        assertThat(Frames.isFramework("org.springframework.jdbc.core.JdbcTemplate"))
                .isTrue();
        assertThat(Frames.isFramework("com.example.springframework.Trips")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "dev.example.Trips, Trips",
        "dev.example.Trips$1, Trips",
        "dev.example.Trips$Inner$2, Trips",
        "Trips, Trips"
    })
    void have_the_simple_name_of_the_outermost_class(String className, String simple) {
        assertThat(Frames.simpleName(className)).isEqualTo(simple);
    }

    @ParameterizedTest
    @CsvSource({"holds, holds", "lambda$holds$3, holds", "lambda$new$0, new", "access$000, access$000"})
    void of_lambdas_have_the_name_of_the_method_around(String method, String shown) {
        assertThat(Frames.methodName(method)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "java.lang.Thread, sleep, Thread.sleep",
        "jdk.internal.net.http.HttpClientImpl, send, HttpClient.send",
        "java.util.concurrent.locks.LockSupport, park, LockSupport.park",
        "java.lang.Thread, sleepNanos0, Thread.sleepNanos0",
        "no.such.Thing$1, lambda$work$0, Thing.work"
    })
    void of_the_jdk_have_public_names(String className, String method, String shown) {
        assertThat(Frames.publicName(new StackTraceElement(className, method, null, -1)))
                .isEqualTo(shown);
    }
}
