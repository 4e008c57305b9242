package dev.aludel.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values and numbers as the model's log spells them, which is Python's `repr` and `%` formatting.
///
/// Types that Python does not know (times, codecs of the user's own) keep Java's `toString`.
final class PythonText {
    private static final int LONGEST_VALUE = 300;
    private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

    private PythonText() {}

    /// Returns the value's `repr`, cut in the middle at 300 characters.
    static String value(@Nullable Object value) {
        String text = repr(value);
        int excess = text.length() - LONGEST_VALUE;
        if (excess <= 0) return text;
        return text.substring(0, LONGEST_VALUE / 2)
                + " ... (" + excess + " characters truncated) ... "
                + text.substring(text.length() - LONGEST_VALUE / 2);
    }

    /// Returns `('a', 'b')`, or `('a',)` for a single value.
    static String tuple(List<?> values) {
        List<String> texts = new ArrayList<>(values.size());
        for (Object value : values) texts.add(value(value));
        return "(" + String.join(", ", texts) + (texts.size() == 1 ? ",)" : ")");
    }

    /// Returns `%.5f` of the seconds.
    static String fiveDecimals(double seconds) {
        return new BigDecimal(seconds).setScale(5, RoundingMode.HALF_EVEN).toPlainString();
    }

    /// Returns `%.4g` of the seconds: four significant digits, no trailing zeros, an exponent below 0.0001 and
    /// from 10,000 up.
    static String fourDigits(double seconds) {
        if (seconds == 0) return "0";
        BigDecimal rounded = new BigDecimal(seconds).round(FOUR_DIGITS).stripTrailingZeros();
        return scientificOutside(rounded, -4, 4);
    }

    /// Returns plain digits if the decimal exponent is in `[lowest, limit)`, else Python's exponent form.
    private static String scientificOutside(BigDecimal number, int lowest, int limit) {
        int exponent = number.precision() - number.scale() - 1;
        if (exponent >= lowest && exponent < limit) return number.toPlainString();
        String digits = number.unscaledValue().toString();
        int first = digits.startsWith("-") ? 2 : 1;
        String fraction = digits.substring(first);
        String sign = exponent < 0 ? "-" : "+";
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : String.valueOf(Math.abs(exponent));
        return digits.substring(0, first) + (fraction.isEmpty() ? "" : "." + fraction) + "e" + sign + power;
    }

    private static String repr(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case String text -> quoted(text);
            case Character letter -> quoted(letter.toString());
            case Double number -> floating(number);
            case Float number -> floating(Double.parseDouble(number.toString()));
            case BigDecimal number -> "Decimal('" + number + "')";
            case UUID id -> "UUID('" + id + "')";
            case Enum<?> constant -> quoted(constant.name());
            case byte[] bytes -> bytes(bytes);
            default -> value.toString();
        };
    }

    private static String floating(double number) {
        if (Double.isNaN(number)) return "nan";
        if (Double.isInfinite(number)) return number > 0 ? "inf" : "-inf";
        if (number == 0) return 1 / number > 0 ? "0.0" : "-0.0";
        BigDecimal shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        String text = scientificOutside(shortest, -4, 16);
        return text.indexOf('.') < 0 && text.indexOf('e') < 0 ? text + ".0" : text;
    }

    private static String quoted(String text) {
        char quote = quoteOf(text);
        StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(point -> escape(point, quote, out));
        return out.append(quote).toString();
    }

    private static void escape(int point, char quote, StringBuilder out) {
        switch (point) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (point == quote) out.append('\\').append(quote);
                else if (isPrintable(point)) out.appendCodePoint(point);
                else out.append(escapeNumber(point));
            }
        }
    }

    private static String escapeNumber(int point) {
        if (point <= 0xff) return String.format("\\x%02x", point);
        return String.format(point <= 0xffff ? "\\u%04x" : "\\U%08x", point);
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }

    private static String bytes(byte[] bytes) {
        char quote = quoteOf(new String(bytes, StandardCharsets.ISO_8859_1));
        StringBuilder out = new StringBuilder(bytes.length + 3).append('b').append(quote);
        for (byte each : bytes) {
            int value = each & 0xff;
            if (value > 0x7e) out.append(escapeNumber(value));
            else escape(value, quote, out);
        }
        return out.append(quote).toString();
    }

    /// Single quotes, unless the text has some and no double quotes.
    private static char quoteOf(String text) {
        return text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    }
}
