package dev.aludel.engine;

import dev.aludel.sql.Dialect;
import dev.aludel.sql.Dialects;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// H2: `h2:mem:name`, `h2:file:path`, both with `?key=value&…` or `;key=value;…`, and `jdbc:h2:…`.
final class H2Vendor implements Vendor {
    private static final String PREFIX = "jdbc:h2:";
    private static final String MEMORY = PREFIX + "mem:";

    private static final Set<String> LOGIN = Set.of("USER", "PASSWORD");
    private static final Pattern PLAIN = Pattern.compile("[\\w ,.:/+-]*");

    /// `AUTO_SERVER` and `FILE_LOCK=SOCKET` listen on a port.
    private static final Parameters PARAMETERS = Parameters.of("H2", """
            ACCESS_MODE_DATA AUTO_RECONNECT CACHE_SIZE CACHE_TYPE CASE_INSENSITIVE_IDENTIFIERS CIPHER \
            DATABASE_TO_LOWER DATABASE_TO_UPPER DB_CLOSE_DELAY DB_CLOSE_ON_EXIT \
            DEFAULT_LOCK_TIMEOUT DEFAULT_NULL_ORDERING FORBID_CREATION IFEXISTS IGNORECASE \
            IGNORE_CATALOGS LAZY_QUERY_EXECUTION LOCK_MODE LOCK_TIMEOUT MAX_MEMORY_ROWS MODE NETWORK_TIMEOUT \
            NON_KEYWORDS PAGE_SIZE PASSWORD PASSWORD_HASH QUERY_TIMEOUT RETENTION_TIME SCHEMA \
            SCHEMA_SEARCH_PATH USER VARIABLE_BINARY WRITE_DELAY""", """
            AUTHENTICATOR AUTHREALM AUTO_SERVER AUTO_SERVER_PORT DATABASE_EVENT_LISTENER FILE_LOCK INIT \
            JAVA_OBJECT_SERIALIZER TRACE_LEVEL_FILE TRACE_LEVEL_SYSTEM_OUT TRACE_MAX_FILE_SIZE""");

    @Override
    public Dialect dialect() {
        return Dialects.H2;
    }

    @Override
    public Set<String> drivers() {
        return Set.of();
    }

    @Override
    public String jdbcPrefix() {
        return PREFIX;
    }

    @Override
    public Target target(Url url) {
        throw UrlParser.refused("an H2 URL is written h2:mem:name, h2:file:path or jdbc:h2:…, without '//'");
    }

    /// Returns the target of `h2:mem:name` or `h2:file:path`.
    static Target ofShortForm(String url) {
        if (!url.startsWith("h2:mem:") && !url.startsWith("h2:file:")) {
            throw UrlParser.refused("an H2 URL is written h2:mem:name, h2:file:path or jdbc:h2:…");
        }
        JdbcUrl parts = url.indexOf('?') >= 0 ? JdbcUrl.withQuery(url) : JdbcUrl.withSettings(url);
        return target(parts, "jdbc:" + parts.decodedBase());
    }

    @Override
    public Target jdbcTarget(String url) {
        JdbcUrl parts = JdbcUrl.withSettings(url);
        return target(parts, parts.base());
    }

    private static Target target(JdbcUrl parts, String base) {
        if (base.indexOf(';') >= 0) throw UrlParser.refused("it has a ';' before its '?': write all parameters alike");
        if (base.equals(MEMORY) || base.equals(PREFIX + "file:") || base.equals(PREFIX)) {
            throw UrlParser.refused("it names no database: with a database of its own for each connection"
                    + " a pool would show another one each time");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        parts.parameters().forEach((key, value) -> put(PARAMETERS.check(key), value, properties));
        // else the data would go with the last connection that the pool closes
        if (base.startsWith(MEMORY)) properties.putIfAbsent("DB_CLOSE_DELAY", "-1");
        return new Target(Dialects.H2, base, properties, parts.toString());
    }

    /// H2 makes SQL of each value but user and password: one with parentheses could call a function.
    private static void put(String name, String value, Map<String, String> properties) {
        if (!LOGIN.contains(name) && !PLAIN.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "the value of parameter '" + name + "' is not taken from a database URL (it is not shown): H2 makes"
                            + " SQL of it, so it may hold letters, digits, blanks and _,.:/+- only. Set it in code on a"
                            + " DataSource of your own, for Engine.of(dataSource, dialect)");
        }
        properties.put(name, value);
    }
}
