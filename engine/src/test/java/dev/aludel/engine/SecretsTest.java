package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.TellingException;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SecretsTest {
    private static final Logger LOG = LoggerFactory.getLogger("dev.aludel.engine.Anything");

    private final Secrets secrets = new Secrets();

    private static SQLException telling() {
        return new SQLException("password=" + Secrets.WORD);
    }

    /// Ends a test that has logged something.
    private void ends(Runnable test) {
        secrets.listen();
        LOG.debug("quiet");
        test.run();
        secrets.check();
    }

    private void isFound(Runnable test) {
        assertThatThrownBy(() -> ends(test)).isInstanceOf(AssertionError.class).hasMessageContaining(Secrets.WORD);
    }

    @Test
    void are_found_in_a_line_of_the_log_at_its_finest() {
        isFound(() -> LOG.trace("connects with {}", Secrets.WORD));
    }

    @Test
    void are_found_in_an_error_that_is_logged() {
        isFound(() -> LOG.debug("lost", new IllegalStateException("quiet", telling())));
    }

    @Test
    void are_found_in_an_error_its_causes_and_what_was_suppressed() {
        SQLException suppressing = new SQLException("quiet");
        suppressing.addSuppressed(new IllegalStateException("quiet", telling()));

        for (Exception error : List.of(telling(), new SQLException("quiet", telling()), suppressing)) {
            Secrets each = new Secrets();
            assertThatThrownBy(() -> {
                        each.listen();
                        LOG.debug("quiet");
                        each.assertThatThrownBy(() -> {
                            throw error;
                        });
                        each.check();
                    })
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(Secrets.WORD);
        }
    }

    @Test
    void are_not_found_where_all_is_quiet() {
        assertThatCode(() -> ends(() -> secrets.thrown(new SQLException("quiet", new SQLException("quiet")))))
                .doesNotThrowAnyException();
    }

    @Test
    void may_be_told_by_the_driver_but_not_be_logged() {
        Properties properties = new Properties();
        properties.setProperty("password", Secrets.WORD);
        FakeDatabase database = new FakeDatabase();
        database.tellAll();
        database.next("connect").fails("28P01");
        TellingException told = catchThrowableOfType(TellingException.class, () -> database.connect(properties));

        assertThatCode(() -> ends(() -> secrets.thrown(new IllegalStateException("quiet", told))))
                .doesNotThrowAnyException();
        isFound(() -> LOG.debug("refused", told));
    }

    @Test
    void are_not_looked_for_in_vain_in_a_log_that_is_empty() {
        secrets.listen();

        assertThatThrownBy(secrets::check).isInstanceOf(AssertionError.class).hasMessageContaining("the log is seen");
    }
}
