package dev.aludel.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// A database URL in the model's form, in its parts, percent-decoded:
/// `dialect[+driver]://[user[:password]@][host][:port][/database][?key=value&…]`.
///
/// Two URLs are equal if every part is, the password included. [#toString] shows `***` for a password; nothing
/// renders the true one.
///
/// @param port the port, or -1 for the driver's default
/// @param query parameters for the driver in the order written; of a key written twice the last value counts
record Url(
        String dialect,
        @Nullable String driver,
        @Nullable String user,
        @Nullable String password,
        @Nullable String host,
        int port,
        @Nullable String database,
        SequencedMap<String, String> query) {

    private static final List<String> SECRETS = List.of("password", "sslpassword", "passphrase", "secret", "token");

    /// Reads a URL.
    ///
    /// @throws IllegalArgumentException if the text is not such a URL. The message says which rule is broken and
    ///     never repeats the text, since that may hold a password.
    static Url parse(String text) {
        return new UrlParser(text).parse();
    }

    /// Returns whether the value of such a parameter must never be shown.
    static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return SECRETS.stream().anyMatch(lower::contains);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(dialect);
        if (driver != null) out.append('+').append(driver);
        out.append("://");
        if (user != null) out.append(PercentText.encode(user));
        if (password != null) out.append(":***");
        if (user != null || password != null) out.append('@');
        if (host != null) out.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
        if (port >= 0) out.append(':').append(port);
        if (database != null) out.append('/').append(PercentText.encode(database));
        return out.append(shownQuery()).toString();
    }

    private String shownQuery() {
        if (query.isEmpty()) return "";
        StringJoiner joined = new StringJoiner("&", "?", "");
        for (Map.Entry<String, String> each : query.entrySet()) {
            String value = isSecret(each.getKey()) ? "***" : PercentText.encode(each.getValue());
            joined.add(PercentText.encode(each.getKey()) + "=" + value);
        }
        return joined.toString();
    }
}
