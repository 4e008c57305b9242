package dev.aludel.engine;

import dev.aludel.sql.Dialect;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the target of a URL as people write them: the model's form, `h2:…`, or any `jdbc:` URL.
final class Targets {
    private static final Pattern JDBC = Pattern.compile("jdbc:\\w[\\w.+-]*:.+", Pattern.DOTALL);
    private static final Pattern LOADS_CODE =
            Pattern.compile(".*(factory|factoryarg|class|classname|interceptors|plugins?|listener|autodeserialize)");

    private Targets() {}

    /// Returns the target of a URL.
    ///
    /// @param dialect the dialect to use whatever the URL says, or null to find it from the URL
    /// @throws IllegalArgumentException if the URL is malformed, its dialect unknown, or a parameter refused
    static Target of(String url, @Nullable Dialect dialect) {
        if (url.isBlank()) throw UrlParser.refused("it is empty");
        if (PlainText.hasControl(url)) throw UrlParser.refused("it holds a NUL or another control character");
        if (url.startsWith("jdbc:")) return ofJdbc(url, dialect);
        Target target = url.startsWith("h2:") ? H2Vendor.ofShortForm(url) : ofModel(Url.parse(url));
        return dialect == null ? target : target.speaking(dialect);
    }

    private static Target ofModel(Url url) {
        Vendor vendor = vendor(url.dialect());
        String driver = url.driver();
        if (driver != null && !vendor.drivers().contains(driver)) {
            throw new IllegalArgumentException(
                    "driver '" + driver + "' of dialect '" + url.dialect() + "' is not known: leave '+" + driver
                            + "' out, or write +" + String.join(" or +", vendor.drivers()));
        }
        return vendor.target(url);
    }

    private static Vendor vendor(String name) {
        return Vendor.ALL.stream()
                .filter(vendor -> vendor.dialect().name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknownDialect("'" + name + "'", name));
    }

    private static Target ofJdbc(String url, @Nullable Dialect dialect) {
        if (!JDBC.matcher(url).matches()) throw UrlParser.refused("it does not have the form jdbc:vendor:…");
        for (Vendor vendor : Vendor.ALL) {
            if (url.startsWith(vendor.jdbcPrefix())) {
                Target target = vendor.jdbcTarget(url);
                return dialect == null ? target : target.speaking(dialect);
            }
        }
        String prefix = url.substring(0, url.indexOf(':', "jdbc:".length()) + 1);
        if (dialect == null) throw unknownDialect("of " + prefix, prefix);
        return ofForeignJdbc(url, prefix, dialect);
    }

    /// A URL of a database we know nothing about: its parameters are taken for `?a=b&c=d` or `;a=b;c=d`. A password
    /// may stand anywhere in it, so people are shown nothing but the vendor.
    private static Target ofForeignJdbc(String url, String prefix, Dialect dialect) {
        JdbcUrl parts = url.indexOf('?') >= 0 ? JdbcUrl.withQuery(url) : JdbcUrl.withSettings(url);
        if (parts.base().indexOf('@') >= 0) throw JdbcUrl.loginInHost();
        for (String key : parts.parameters().keySet()) {
            if (LOADS_CODE.matcher(key.toLowerCase(Locale.ROOT)).matches()) throw Parameters.loadsCode(key);
        }
        return new Target(dialect, parts.base(), parts.parameters(), prefix + "…");
    }

    private static IllegalArgumentException unknownDialect(String what, String given) {
        List<String> known = Vendor.ALL.stream()
                .map(vendor -> vendor.dialect().name())
                .sorted()
                .toList();
        return new IllegalArgumentException(
                "the dialect " + what + " is not known; known are " + String.join(", ", known)
                        + PlainText.suggestion(given, known)
                        + ". For another database write a Dialect and pass it with options.dialect(…) and a jdbc: URL");
    }
}
