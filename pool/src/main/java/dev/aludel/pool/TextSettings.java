package dev.aludel.pool;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads settings from text.
final class TextSettings {
    static final String PREFIX = "aludel.pool.";
    private static final Pattern TIME = Pattern.compile("(\\d{1,12})(ms|s|m|h)");

    static final Map<String, BiConsumer<Settings, String>> KEYS = Map.ofEntries(
            Map.entry("url", Settings::url),
            Map.entry("urls", (settings, text) -> settings.urls(list(text))),
            Map.entry("role", (settings, text) -> settings.role(role(text))),
            Map.entry("user", Settings::user),
            Map.entry("password", Settings::password),
            Map.entry("name", Settings::name),
            Map.entry("strict", (settings, text) -> settings.strict(truth("strict", text))),
            Map.entry("lazy", (settings, text) -> settings.lazy(truth("lazy", text))),
            Map.entry("kind", (settings, text) -> settings.kind(kind(text))),
            Map.entry("size", (settings, text) -> settings.size(number("size", text))),
            Map.entry("maxOverflow", (settings, text) -> settings.maxOverflow(number("maxOverflow", text))),
            Map.entry("timeout", (settings, text) -> settings.timeout(time("timeout", text))),
            Map.entry("maxPerTenant", (settings, text) -> settings.maxPerTenant(number("maxPerTenant", text))),
            Map.entry("maxWaiting", (settings, text) -> settings.maxWaiting(number("maxWaiting", text))),
            Map.entry("maxConnecting", (settings, text) -> settings.maxConnecting(number("maxConnecting", text))),
            Map.entry("connectTimeout", (settings, text) -> settings.connectTimeout(time("connectTimeout", text))),
            Map.entry("prePing", (settings, text) -> settings.prePing(truth("prePing", text))),
            Map.entry("recycle", (settings, text) -> settings.recycle(time("recycle", text))),
            Map.entry("maxLifetime", (settings, text) -> settings.maxLifetime(time("maxLifetime", text))),
            Map.entry("idleTimeout", (settings, text) -> settings.idleTimeout(time("idleTimeout", text))),
            Map.entry("minIdle", (settings, text) -> settings.minIdle(number("minIdle", text))),
            Map.entry("keepAlive", (settings, text) -> settings.keepAlive(time("keepAlive", text))),
            Map.entry("clockResolution", (settings, text) -> settings.clockResolution(time("clockResolution", text))),
            Map.entry("leakAfter", (settings, text) -> settings.leakAfter(time("leakAfter", text))),
            Map.entry("linger", (settings, text) -> settings.linger(time("linger", text))),
            Map.entry(
                    "statementTimeout", (settings, text) -> settings.statementTimeout(time("statementTimeout", text))),
            Map.entry("socketTimeout", (settings, text) -> settings.socketTimeout(time("socketTimeout", text))),
            Map.entry(
                    "diagnosticConnection",
                    (settings, text) -> settings.diagnosticConnection(truth("diagnosticConnection", text))),
            Map.entry("pooler", (settings, text) -> settings.pooler(pooler(text))),
            Map.entry("jmx", (settings, text) -> settings.jmx(truth("jmx", text))),
            Map.entry("resetOnReturn", (settings, text) -> settings.resetOnReturn(reset(text))),
            Map.entry("stateReset", (settings, text) -> settings.stateReset(stateReset(text))));

    private TextSettings() {}

    static Settings read(Map<String, String> properties) {
        Map<String, String> own = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                own.put(key.substring(PREFIX.length()), value);
            }
        });
        Settings settings = HikariImport.within(properties, own.keySet());
        own.forEach((key, value) -> setter(key).accept(settings, value));
        return settings;
    }

    private static BiConsumer<Settings, String> setter(String key) {
        BiConsumer<Settings, String> setter = KEYS.get(key);
        if (setter == null) {
            String bare = key.replaceFirst("(?i)^pool_?", ""); // SQLAlchemy's names begin with pool_
            throw new IllegalArgumentException("'%s%s' is not a setting: did you mean '%s%s'?"
                    .formatted(PREFIX, key.replaceAll("\\p{Cc}", "?"), PREFIX, nearest(KEYS.keySet(), bare)));
        }
        return setter;
    }

    /// Returns the known word that is most like another.
    static String nearest(Collection<String> words, String key) {
        return words.stream()
                .min(Comparator.<String>comparingInt(known -> distance(known, key))
                        .thenComparing(known -> known))
                .orElseThrow();
    }

    /// Levenshtein's distance, without regard to case.
    private static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        int[] row = new int[right.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replace = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }

    private static int number(String key, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw refused(key, text, "a whole number such as 16");
        }
    }

    private static boolean truth(String key, String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, text, "true or false");
        };
    }

    private static ResetOnReturn reset(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "rollback" -> ResetOnReturn.ROLLBACK;
            case "commit" -> ResetOnReturn.COMMIT;
            case "none" -> ResetOnReturn.NONE;
            default -> throw refused("resetOnReturn", text, "rollback, commit or none");
        };
    }

    private static StateReset stateReset(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "tracked" -> StateReset.TRACKED;
            case "smart" -> StateReset.SMART;
            case "always" -> StateReset.ALWAYS;
            default -> throw refused("stateReset", text, "tracked, smart or always");
        };
    }

    private static PoolKind kind(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "queue" -> PoolKind.QUEUE;
            case "null" -> PoolKind.NULL;
            case "static" -> PoolKind.STATIC;
            case "assertion" -> PoolKind.ASSERTION;
            default -> throw refused("kind", text, "queue, null, static or assertion");
        };
    }

    private static Pooler pooler(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "detect" -> Pooler.DETECT;
            case "none" -> Pooler.NONE;
            case "session" -> Pooler.SESSION;
            case "transaction", "statement" -> Pooler.TRANSACTION;
            default -> throw refused("pooler", text, "detect, none, session or transaction");
        };
    }

    private static Role role(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "any" -> Role.ANY;
            case "primary" -> Role.PRIMARY;
            case "replica" -> Role.REPLICA;
            case "preferreplica", "prefer_replica", "prefer-replica" -> Role.PREFER_REPLICA;
            default -> throw refused("role", text, "any, primary, replica or preferReplica");
        };
    }

    /// An address may have commas in it.
    private static List<String> list(String text) {
        return Pattern.compile("\\s*,\\s*(?=jdbc:)|\\s+")
                .splitAsStream(text.strip())
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Duration time(String key, String text) {
        Matcher time = TIME.matcher(text.strip());
        if (time.matches()) {
            long amount = Long.parseLong(time.group(1));
            return switch (time.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
        }
        try {
            return Duration.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw refused(key, text, "a time such as 250ms, 10s, 5m or PT10S");
        }
    }

    private static IllegalArgumentException refused(String key, String text, String rule) {
        return new IllegalArgumentException("%s%s must be %s, but was '%s': mend the value"
                .formatted(PREFIX, key, rule, text.replaceAll("\\p{Cc}", "?")));
    }
}
