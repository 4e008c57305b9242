package dev.aludel.pool;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text that holds HikariCP's settings: tells keys from what is none of them, and the forms of a key apart.
///
/// @param values     what is said of HikariCP's keys, by [HikariKey]
/// @param properties the data source's own properties, by their own names
record HikariText(Map<HikariKey, Given> values, Map<String, Given> properties) {
    private static final Pattern SPRING = Pattern.compile("(?i)spring[._]data-?source[._]hikari[._](.*)");
    private static final Pattern BESIDE = Pattern.compile("(?i)spring[._]data-?source[._]([\\w-]+)");
    private static final Pattern PROPERTY =
            Pattern.compile("(?i)data[-_]?source(?:[-_]?properties)?(?:\\.(.+)|\\[(.+)])");
    private static final Pattern HEALTH = Pattern.compile("(?i)health[-_]?check[-_]?properties[.\\[].*");

    private static final Map<String, HikariKey> SPRINGS_OWN = Map.of(
            "url", HikariKey.JDBC_URL,
            "username", HikariKey.USERNAME,
            "password", HikariKey.PASSWORD,
            "driverclassname", HikariKey.DRIVER_CLASS_NAME,
            "name", HikariKey.POOL_NAME);

    /// A key as it was written, and its value.
    record Given(String key, String value) {}

    static boolean isSpring(String key) {
        return SPRING.matcher(key).matches();
    }

    static HikariText read(Map<String, String> text) {
        HikariText read = new HikariText(new EnumMap<>(HikariKey.class), new TreeMap<>());
        boolean spring = text.keySet().stream().anyMatch(HikariText::isSpring);
        new TreeMap<>(text).forEach((key, value) -> {
            Matcher matcher = SPRING.matcher(key);
            if (matcher.matches()) {
                read.add(matcher.group(1), new Given(key, value));
            } else if (!spring && !key.startsWith(TextSettings.PREFIX)) {
                read.add(key, new Given(key, value));
            }
        });
        if (spring) {
            read.addWhatSpringHasBeside(text);
        }
        return read;
    }

    private void add(String name, Given given) {
        Matcher property = PROPERTY.matcher(name);
        if (property.matches()) {
            String bare = property.group(1) == null ? property.group(2) : property.group(1);
            refuseTwo(properties.put(bare, given), given);
        } else {
            HikariKey key = HikariKey.of(HEALTH.matcher(name).replaceFirst("healthCheckProperties"), given);
            Given first = values.put(key, given);
            if (key != HikariKey.HEALTH_CHECK_PROPERTIES) { // of which there are several, all for nothing
                refuseTwo(first, given);
            }
        }
    }

    private static void refuseTwo(@Nullable Given first, Given second) {
        if (first != null && !first.value.equals(second.value)) {
            throw new IllegalArgumentException("'%s' and '%s' are the same key with two values: leave one out"
                    .formatted(Text.shown(first.key), Text.shown(second.key)));
        }
    }

    /// What is said of HikariCP counts more, as it does in Spring.
    private void addWhatSpringHasBeside(Map<String, String> text) {
        new TreeMap<>(text).forEach((key, value) -> {
            Matcher matcher = BESIDE.matcher(key);
            if (matcher.matches()) {
                HikariKey known = SPRINGS_OWN.get(folded(matcher.group(1)));
                if (known != null) {
                    values.putIfAbsent(known, new Given(key, value));
                }
            }
        });
    }

    /// Returns a key's form that all its forms share.
    static String folded(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }
}
