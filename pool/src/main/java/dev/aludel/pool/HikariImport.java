package dev.aludel.pool;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HikariCP's settings, said in Aludel's, with a remark on each.
///
/// ```java
/// HikariImport read = HikariImport.of(properties);
/// Pool pool = Pool.of(read.settings().statementTimeout(Duration.ofMinutes(2)));
/// ```
///
/// Two forms are read. Spring Boot's: keys that begin with `spring.datasource.hikari.`, and beside them
/// `spring.datasource.url`, `username`, `password`, `driver-class-name` and `name`; all other keys are left
/// alone. If there is none that begins so, the form of HikariCP's own files: each key is a property of
/// `HikariConfig`, or of its data source after `dataSource.`. In both, `maximum-pool-size`,
/// `maximumPoolSize` and `MAXIMUM_POOL_SIZE` are the same key, and times are milliseconds or have a unit
/// (`30s`).
///
/// What is not said in the text has Aludel's default. Url, user, password, the data source's properties and
/// SQL are in no remark, message or log line.
///
/// @param settings what was read; may be changed further
/// @param remarks  what became of each key, in alphabetical order, as is also logged, once, at INFO
public record HikariImport(Settings settings, List<Remark> remarks) {
    private static final Logger LOG = LoggerFactory.getLogger(HikariImport.class);

    /// What became of a key.
    public enum Kind {
        /// Aludel has the same.
        TRANSLATED,
        /// Aludel has something like it; the remark says what is different.
        DIFFERENT,
        /// Aludel does it without being told.
        BY_ITSELF,
        /// Aludel does not do it.
        MISSING,
        /// Something else was given that counts instead.
        SET_ASIDE
    }

    /// What became of one key.
    ///
    /// @param key  HikariCP's name of it, such as `maximumPoolSize`
    /// @param text what Aludel does, for people
    public record Remark(String key, Kind kind, String text) {
        /// Returns the remark as one line.
        @Override
        public String toString() {
            return key + ": " + text;
        }
    }

    /// Copies the list.
    public HikariImport {
        remarks = List.copyOf(remarks);
    }

    /// Reads settings, and logs the remarks.
    ///
    /// @throws IllegalArgumentException if a key is unknown or a value not allowed; the text names the key, what
    ///                                  is expected, and the nearest known key or the value unless it may be secret
    public static HikariImport of(Map<String, String> properties) {
        return read(properties, Set.of());
    }

    /// Reads settings, as [#of(Map)].
    public static HikariImport of(Properties properties) {
        Map<String, String> text = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> text.put(key, properties.getProperty(key)));
        return of(text);
    }

    /// Returns the settings that a map says in Spring's form, or the defaults if it says none.
    ///
    /// @param own names of Aludel's settings which the map gives too: what goes with them is set aside
    static Settings within(Map<String, String> properties, Set<String> own) {
        return properties.keySet().stream().anyMatch(HikariText::isSpring)
                ? read(properties, own).settings()
                : new Settings();
    }

    private static HikariImport read(Map<String, String> properties, Set<String> own) {
        HikariImport read = new HikariTranslation(HikariText.read(properties), own).result();
        LOG.info("HikariCP's settings read\n{}", read.text());
        return read;
    }

    private String text() {
        return String.join("\n", remarks.stream().map(remark -> "    " + remark).toList());
    }
}
