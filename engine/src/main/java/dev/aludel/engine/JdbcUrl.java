package dev.aludel.engine;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// A `jdbc:` URL, split into what stands before its parameters, and these.
///
/// @param base the URL up to the first parameter, as written
/// @param query whether the parameters are written `?a=b&c=d` and percent-encoded; else they are written
///     `;a=b;c=d`
record JdbcUrl(String base, SequencedMap<String, String> parameters, boolean query) {

    /// Splits a URL whose parameters are written `?a=b&c=d`.
    ///
    /// @throws IllegalArgumentException in words, without the text
    static JdbcUrl withQuery(String url) {
        JdbcUrl parts = split(url, true);
        parts.decodedBase();
        return parts;
    }

    /// Returns what stands before the parameters, percent-decoded.
    String decodedBase() {
        return checkPlain("the part before its parameters", PercentText.decode(base));
    }

    /// Splits a URL whose parameters are written `;a=b;c=d`.
    static JdbcUrl withSettings(String url) {
        return split(url, false);
    }

    private static JdbcUrl split(String url, boolean query) {
        int at = url.indexOf(query ? '?' : ';');
        String base = at < 0 ? url : url.substring(0, at);
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        String text = at < 0 ? "" : url.substring(at + 1);
        for (String each : text.split(query ? "&" : ";")) {
            if (!each.isBlank()) add(each, query, parameters);
        }
        return new JdbcUrl(base, parameters, query);
    }

    private static void add(String pair, boolean encoded, SequencedMap<String, String> parameters) {
        int equals = pair.indexOf('=');
        if (equals < 1) throw UrlParser.refused("a parameter is not written key=value");
        String key = decoded(pair.substring(0, equals), encoded);
        String value = decoded(pair.substring(equals + 1), encoded);
        if (parameters.putIfAbsent(key, value) != null) throw UrlParser.refused("it gives one parameter twice");
    }

    private static String decoded(String text, boolean encoded) {
        return checkPlain("a parameter", encoded ? PercentText.decodeQuery(text) : text);
    }

    private static String checkPlain(String part, @Nullable String decoded) {
        if (decoded == null) throw UrlParser.refused(part + " holds a '%' that is not followed by two hex digits");
        if (PlainText.hasControl(decoded)) throw UrlParser.refused(part + " holds a NUL or another control character");
        return decoded;
    }

    /// Returns the URL as written, every secret masked.
    @Override
    public String toString() {
        if (parameters.isEmpty()) return base;
        StringJoiner joined = new StringJoiner(query ? "&" : ";", base + (query ? "?" : ";"), "");
        parameters.forEach((key, value) -> joined.add(key + "=" + (Url.isSecret(key) ? "***" : value)));
        return joined.toString();
    }

    static IllegalArgumentException loginInHost() {
        return UrlParser.refused("a jdbc: URL has no 'user:password@' before its host;"
                + " give them as the parameters user and password, or use the form dialect://");
    }
}
