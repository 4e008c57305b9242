package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PythonTextTest {
    // as printed by Python's '%.4g'
    @ParameterizedTest
    @CsvSource({
        "0.004129,      0.004129",
        "4.129,         4.129",
        "0,             0",
        "1,             1",
        "1.5,           1.5",
        "0.1,           0.1",
        "12345.678,     1.235e+04",
        "9999.4,        9999",
        "9999.6,        1e+04",
        "0.0001,        0.0001",
        "0.00012345678, 0.0001235",
        "0.00009876543, 9.877e-05",
        "0.00001,       1e-05",
        "0.00000123,    1.23e-06",
        "1234.5,        1234",
        "86400,         8.64e+04",
        "1e100,         1e+100",
    })
    void writes_four_significant_digits(double seconds, String text) {
        assertThat(PythonText.fourDigits(seconds)).isEqualTo(text);
    }

    // as printed by Python's '%.5f'
    @ParameterizedTest
    @CsvSource({"0.00008, 0.00008", "0, 0.00000", "1.5, 1.50000", "0.0000849, 0.00008", "12.3456789, 12.34568"})
    void writes_five_decimals(double seconds, String text) {
        assertThat(PythonText.fiveDecimals(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("values")
    void spells_values_as_python_does(@Nullable Object value, String text) {
        assertThat(PythonText.value(value)).isEqualTo(text);
    }

    static List<Arguments> values() {
        return List.of(
                Arguments.of(null, "None"),
                Arguments.of(true, "True"),
                Arguments.of(false, "False"),
                Arguments.of(7, "7"),
                Arguments.of(-7L, "-7"),
                Arguments.of("A", "'A'"),
                Arguments.of("it's", "\"it's\""),
                Arguments.of("it's \"so\"", "'it\\'s \"so\"'"),
                Arguments.of("a\\b\n\r\t", "'a\\\\b\\n\\r\\t'"),
                Arguments.of("\0\u001b\u00a0", "'\\x00\\x1b\\xa0'"),
                Arguments.of("\u200b\ud83d\ude00\u00e9", "'\\u200b\ud83d\ude00\u00e9'"),
                Arguments.of("\udbff\udfff", "'\\U0010ffff'"),
                Arguments.of(1.0, "1.0"),
                Arguments.of(0.1f, "0.1"),
                Arguments.of(-0.0, "-0.0"),
                Arguments.of(1e15, "1000000000000000.0"),
                Arguments.of(1e16, "1e+16"),
                Arguments.of(1.5e-5, "1.5e-05"),
                Arguments.of(Double.NaN, "nan"),
                Arguments.of(Double.NEGATIVE_INFINITY, "-inf"),
                Arguments.of(new BigDecimal("1.50"), "Decimal('1.50')"),
                Arguments.of(new UUID(0, 1), "UUID('00000000-0000-0000-0000-000000000001')"),
                Arguments.of(new byte[] {65, 0, '\'', (byte) 0xff}, "b\"A\\x00'\\xff\""),
                Arguments.of(Thread.State.NEW, "'NEW'"),
                Arguments.of(Instant.EPOCH, "1970-01-01T00:00:00Z"));
    }

    @Test
    void writes_a_tuple_of_one_with_a_comma() {
        assertThat(PythonText.tuple(List.of(1))).isEqualTo("(1,)");
        assertThat(PythonText.tuple(Arrays.asList(1, "a", null))).isEqualTo("(1, 'a', None)");
        assertThat(PythonText.tuple(List.of())).isEqualTo("()");
    }

    // connection-model row 147
    @Test
    void cuts_a_long_value_in_the_middle() {
        String text = PythonText.value("a".repeat(200) + "b".repeat(4_800));

        assertThat(text)
                .isEqualTo("'" + "a".repeat(149) + " ... (4702 characters truncated) ... " + "b".repeat(149) + "'");
        assertThat(PythonText.value("a".repeat(298))).hasSize(300);
    }
}
