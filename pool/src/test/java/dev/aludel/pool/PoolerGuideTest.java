package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.PgBouncer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The guide docs/guides/poolers.md: its code is this class's, between the marks.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolerGuideTest {
    private static final Path GUIDE = Path.of("../docs/guides/poolers.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/aludel/pool/PoolerGuideTest.java");
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern MARKED =
            Pattern.compile("^    // the guide:\\n(.*?)^    // so far$", Pattern.DOTALL | Pattern.MULTILINE);

    @RegisterExtension
    final Bouncers bouncers = new Bouncers();

    // the guide:
    Pool behindPooler(String url, String user, String password) {
        return Pool.of(
                settings -> settings.url(url).user(user).password(password).pooler(Pooler.TRANSACTION));
    }
    // so far

    // the guide:
    Pool withConsole(String url, ConnectionSource console) {
        return Pool.of(settings -> settings.url(url).poolerConsole(console));
    }
    // so far

    private static List<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void shows_the_code_that_is_tested_here() throws IOException {
        List<String> marked = found(MARKED, SOURCE).stream()
                .map(code -> code.replaceAll("(?m)^    ", ""))
                .toList();

        assertThat(marked).hasSize(2);
        assertThat(found(BLOCK, GUIDE)).isEqualTo(marked);
    }

    @Test
    void has_a_row_for_all_that_is_refused() throws IOException {
        String guide = Files.readString(GUIDE);
        String table = guide.substring(guide.indexOf("| refused |"), guide.indexOf("Not refused is"));

        assertThat(table.lines().filter(line -> line.startsWith("| `"))).hasSize(Kept.values().length);
    }

    @Test
    void is_right_about_a_pool_that_is_told_what_is_in_between() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of());
        try (Pool pool = behindPooler(bouncer.jdbcUrl(bouncers.database()), "postgres", "");
                Connection connection = pool.getConnection()) {
            assertThatThrownBy(() -> Sql.run(connection, "listen news"))
                    .isInstanceOf(SQLFeatureNotSupportedException.class);
        }
    }

    @Test
    void is_right_about_a_pool_with_a_console() throws Exception {
        PgBouncer bouncer = bouncers.start(Map.of());
        try (Pool pool = withConsole(bouncer.jdbcUrl(bouncers.database()), Bouncers.console(bouncer));
                Connection connection = pool.getConnection()) {
            assertThat(Sql.text(connection, "select 1")).isEqualTo("1");
            Await.until(
                    () -> pool.explain().server().pooler() instanceof PoolerReport.Queue,
                    Bouncers.PATIENCE,
                    () -> pool.explain().text());
        }
    }
}
