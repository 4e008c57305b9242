package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CallerTest {
    @Test
    void gives_what_the_call_gave() {
        Caller<String> caller =
                Caller.start("caller", () -> Thread.currentThread().getName());

        assertThat(caller.result()).isEqualTo("caller");
        assertThat(caller.isDone()).isTrue();
        assertThat(caller.thread().isVirtual()).isTrue();
        assertThatThrownBy(caller::failure)
                .isInstanceOf(AssertionError.class)
                .hasMessage("'caller' did not fail: it gave caller");
    }

    @Test
    void gives_what_the_call_threw() {
        IOException broken = new IOException("broken");
        Caller<String> caller = Caller.start("caller", () -> {
            throw broken;
        });

        assertThat(caller.failure()).isSameAs(broken);
        assertThatThrownBy(caller::result)
                .isInstanceOf(AssertionError.class)
                .hasMessage("'caller' failed: java.io.IOException: broken")
                .hasCause(broken);
    }

    @Test
    void says_where_a_call_is_that_does_not_end() {
        VirtualClock clock = new VirtualClock();
        Caller<Boolean> caller = Caller.start(Thread.ofPlatform().daemon().name("caller"), () -> {
            clock.park();
            return Thread.currentThread().isInterrupted();
        });
        clock.awaitParked(caller.thread());

        assertThatThrownBy(() -> caller.awaitDone(Duration.ofMillis(5)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("waited 5 ms in real time for 'caller' to finish, but it is WAITING in [")
                .hasMessageContaining("VirtualClock.park");

        caller.interrupt();
        assertThat(caller.result()).isTrue();
    }
}
