package dev.aludel.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// A port that was free a moment ago may be somebody else's now.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PortsTest {
    private final List<Integer> tried = new ArrayList<>();

    @Test
    void another_is_tried_if_one_was_taken_meanwhile() throws IOException {
        int port = Ports.onFree(free -> {
            tried.add(free);
            if (tried.size() < 3) {
                throw new Ports.Taken("made up");
            }
            return free;
        });

        assertThat(tried).hasSize(3).last().isEqualTo(port);
    }

    @Test
    void five_are_tried() {
        assertThatThrownBy(() -> Ports.onFree(free -> {
                    tried.add(free);
                    throw new Ports.Taken("made up");
                }))
                .isInstanceOf(Ports.Taken.class);
        assertThat(tried).hasSize(5);
    }

    @Test
    void none_other_is_tried_by_a_server_that_fails_for_another_reason() {
        IOException other = new IOException("made up");

        assertThatThrownBy(() -> Ports.onFree(free -> {
                    tried.add(free);
                    throw other;
                }))
                .isSameAs(other);
        assertThat(tried).hasSize(1);
    }

    /// Its folder is for several tries, and each has a log of its own.
    @Test
    void a_taken_one_is_told_of_by_a_mariadb_and_is_not_what_the_next_try_fails_of() throws Exception {
        assumeThat(new Program("mariadbd", "MariaDB", "mariadb-server").findOrTell())
                .isPresent();
        Path folder = MariaDb.install();
        try (ServerSocket others = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> MariaDb.start(folder, others.getLocalPort()))
                    .isInstanceOf(Ports.Taken.class);
            Folders.remove(folder.resolve("data"));

            assertThatThrownBy(() -> Ports.onFree(free -> {
                        tried.add(free);
                        return MariaDb.start(folder, free);
                    }))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(Ports.Taken.class);
            assertThat(tried).hasSize(1);
            assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                    .noneMatch(each -> each.info().commandLine().orElse("").contains(folder.toString()));
        } finally {
            Folders.remove(folder);
        }
    }

    /// Whoever listens there must not be taken for it.
    @Test
    void a_taken_one_is_told_of_by_a_pgbouncer_that_finds_it() throws IOException {
        Optional<Path> program = new Program("pgbouncer", "PgBouncer", "pgbouncer").findOrTell();
        assumeThat(program).isPresent();
        try (ServerSocket others = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PgBouncer.start(program.orElseThrow(), 1, Map.of(), others.getLocalPort()))
                    .isInstanceOf(Ports.Taken.class)
                    .hasMessageContaining("Address already in use");
        }
    }
}
