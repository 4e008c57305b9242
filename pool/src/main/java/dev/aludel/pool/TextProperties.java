package dev.aludel.pool;

import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What text may tell a driver, in an address or beside it: whoever writes it may mean ill. Of a known driver only
/// those parameters are taken that are known to do no harm, of another all but those that [RiskyProperties] suspects.
final class TextProperties {
    private static final String KEY = "driver properties";
    private static final String ADDRESS_REMEDY = "leave it out, or set it in code with driverProperty(…)";
    private static final String SOURCE_REMEDY = "leave it out, or make the data source in code for connections(…)";

    /// What a data source is told that stands in an address without a name.
    private static final Set<String> PLACES = Set.of(
            "servername",
            "servernames",
            "portnumber",
            "portnumbers",
            "port",
            "databasename",
            "datasourcename",
            "description",
            "logintimeout");

    /// What MariaDB's and MySQL's addresses name of a host.
    private static final Set<String> HOST = Set.of("address", "host", "port", "type", "priority", "protocol");

    private static final Pattern PLACE = Pattern.compile("[\\w.,:$\\[\\] -]*");
    private static final Pattern IN_HOST = Pattern.compile("([^(),/&=]*)=");
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_. ]{0,63}");

    /// What comes after a password may be a part of it, if it has the character in it that ends it.
    private static final Pattern SECRET = Pattern.compile("(?i)pass|pwd|secret|token|@");

    private TextProperties() {}

    /// @throws IllegalArgumentException if an address sets what text may not, or hides a control character; the
    ///     name is told, unless it may be a secret
    static void check(String url) {
        KnownDriver driver = KnownDriver.of(RiskyProperties.decoded(url));
        if (driver == null) {
            RiskyProperties.refuseIn(url);
            return;
        }
        RiskyProperties.refuseHiddenControl(url);
        int start = url.indexOf(driver.mark);
        base(driver, start < 0 ? url : url.substring(0, start));
        if (start >= 0) {
            parameters(driver, url, start + 1);
        }
    }

    /// @throws IllegalArgumentException if text beside an address sets what it may not
    static void check(String url, Map<String, String> properties) {
        KnownDriver driver = KnownDriver.of(RiskyProperties.decoded(url));
        if (driver == null) {
            RiskyProperties.refuseAmong(properties.keySet(), ADDRESS_REMEDY);
        } else {
            properties.forEach((name, value) -> check(driver, KEY, name, value, shown(name), ADDRESS_REMEDY));
        }
    }

    /// @throws IllegalArgumentException if text sets something of a data source that it may not
    static void check(Class<?> type, Map<String, String> properties) {
        KnownDriver driver = KnownDriver.of(type);
        if (driver == null) {
            RiskyProperties.refuseAmong(properties.keySet(), SOURCE_REMEDY);
        }
        properties.forEach((name, value) -> {
            String folded = RiskyProperties.folded(name);
            boolean isAddress = value.strip().regionMatches(true, 0, "jdbc:", 0, "jdbc:".length());
            if (isAddress) {
                check(value.strip());
            } else if (folded.equals("url")) {
                throw new IllegalArgumentException(KEY + ": 'url' must begin with 'jdbc:' (it is not shown): mend it");
            }
            if (driver != null && PLACES.contains(folded)) {
                place(name, value);
            } else if (driver != null && !(isAddress && folded.equals("url"))) {
                check(driver, KEY, name, value, shown(name), SOURCE_REMEDY);
            }
        });
    }

    /// A data source makes an address of it.
    private static void place(String name, String value) {
        if (!PLACE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    ("%s: the value of %s (not shown) must be letters, digits, blanks and any of"
                                    + " _.,:$[]-, because the data source makes an address of it: mend it, or make the data source"
                                    + " in code for connections(…)")
                            .formatted(KEY, shown(name)));
        }
    }

    private static void base(KnownDriver driver, String base) {
        if (driver == KnownDriver.SQLITE && base.contains(":resource:")) {
            throw new IllegalArgumentException(
                    "url: SQLite's ':resource:' is not taken from an address or text, because"
                            + " it makes the driver load a file from anywhere: leave it out, or give connections(…)");
        }
        if (driver == KnownDriver.MARIADB) {
            IN_HOST.matcher(RiskyProperties.decoded(base))
                    .results()
                    .map(found -> found.group(1).strip())
                    .filter(name -> !name.isEmpty() && !HOST.contains(RiskyProperties.folded(name)))
                    .forEach(name ->
                            check(driver, "url", name, "(", "what stands before a '=' in its host", ADDRESS_REMEDY));
        }
    }

    private static void parameters(KnownDriver driver, String url, int start) {
        String all = url.substring(start);
        if (driver == KnownDriver.H2 && all.contains("\\")) {
            throw new IllegalArgumentException(
                    "url: a backslash hides from us what H2 is told (not shown): leave it out,"
                            + " or set user(…), password(…) or in code driverProperty(…)");
        }
        Pattern.compile(driver == KnownDriver.H2 ? "[^;]+" : "[^&]+")
                .matcher(all)
                .results()
                .forEach(part -> parameter(driver, part, url.substring(0, start + part.start())));
    }

    private static void parameter(KnownDriver driver, MatchResult part, String before) {
        String[] pair = part.group().split("=", 2);
        String name = pair[0].strip();
        boolean shows = pair.length == 2 && !SECRET.matcher(before).find();
        String shown = shows ? shown(name) : "one of its parameters";
        check(driver, "url", name, pair.length == 2 ? pair[1] : "", shown, ADDRESS_REMEDY);
    }

    private static void check(KnownDriver driver, String key, String name, String value, String shown, String remedy) {
        if (driver.takes(name)) {
            if (driver.takesAsValue(name, value)) {
                return;
            }
            throw new IllegalArgumentException(
                    "%s: the value of %s (not shown) must have no parentheses, semicolons, comments or quotes in it, because"
                                    .formatted(key, shown)
                            + " %s makes SQL of it: mend it, or set it in code with driverProperty(…)"
                                    .formatted(driver.title));
        }
        String rule = RiskyProperties.rule(name);
        if (rule != null) {
            throw RiskyProperties.refused(key, rule, remedy);
        }
        throw new IllegalArgumentException("%s: %s is not among the parameters of %s that are known to do no harm%s: %s"
                .formatted(key, shown, driver.title, hint(driver, name, shown), remedy));
    }

    private static String hint(KnownDriver driver, String name, String shown) {
        return shown.equals("'" + name + "'")
                ? " (did you mean '%s'? its value is not shown)".formatted(driver.nearest(name))
                : " (not shown, since it may be part of a secret)";
    }

    private static String shown(String name) {
        return WORD.matcher(name).matches() ? "'" + name + "'" : "one of them";
    }
}
