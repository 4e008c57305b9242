package dev.aludel.engine;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Percent-encoding of the parts of a URL, strict: what is not `%` and two hex digits, or not UTF-8,
/// has no reading.
final class PercentText {
    private PercentText() {}

    /// Returns the decoded text, or null if it cannot be decoded.
    static @Nullable String decode(String text) {
        if (text.indexOf('%') < 0) return text;
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '%') {
                if (!isEscape(text, i)) return null;
                bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 3;
            } else {
                int point = text.codePointAt(i);
                bytes.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(point);
            }
        }
        return utf8(bytes.flip());
    }

    /// As [#decode], with `+` read as a space, as in the query part of a URL.
    static @Nullable String decodeQuery(String text) {
        return decode(text.replace('+', ' '));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    private static @Nullable String utf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
