package dev.aludel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// A command line that is not understood.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AludelTest {
    private final Page page = new Page(OutputStream.nullOutputStream(), false);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                               | a verb is missing
            secret                                           | there is no such verb
            postgresql://app:secret@h/db                     | there is no such verb
            --password=secret                                | there is no option --password
            demo --password=secret                           | there is no option --password
            -psecret                                         | there is no such option
            demo -psecret                                    | there is no such option
            demo --version                                   | there is no option --version
            demo secret                                      | an argument too many
            trace postgresql://a:b@h/db secret               | an argument too many
            demo --clients postgresql://app:secret@h/db      | --clients must be a whole number
            demo --seconds=secret                            | --seconds must be a whole number
            demo --stay=secret                               | --stay is not understood as it is given
            demo --url                                       | --url needs a value
            demo --url postgresql://a:secret@h/d --url secret | --url is given twice
            """)
    void is_answered_by_a_sentence_that_repeats_no_value(String line, String sentence) {
        String said = sentenceFor(line);
        assertThat(said).isEqualTo(sentence).doesNotContain("secret");
    }

    @Test
    void ends_with_2() {
        assertThat(Aludel.run(page, "demo", "--clients", "many")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trace mysql://app:secret@localhost/trips",
                "trace postgres://localhost/trips",
                "trace h2:mem:trips",
                "trace jdbc:oracle:thin:@localhost",
                "trace localhost",
                "trace postgresql://localhost:many/trips",
                "demo --url mysql://localhost/trips",
                "demo --clients 0",
            })
    void ends_with_2_if_a_verb_cannot_work_with_what_was_given(String line) {
        assertThat(Aludel.run(page, line.split(" "))).isEqualTo(2);
    }

    private String sentenceFor(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        CommandLine command = new CommandLine(new Aludel(), new Verbs(page));
        StringBuilder said = new StringBuilder();
        command.setParameterExceptionHandler((ParameterException failure, String[] _) -> {
            said.append(Aludel.sentence(failure));
            return 2;
        });
        command.execute(arguments);
        return said.toString();
    }
}
