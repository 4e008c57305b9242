package dev.aludel.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The driver parameters that a URL may give for one vendor.
///
/// It is a list of what is allowed: a URL often comes from the environment, and a parameter that names a class, a
/// file to write or SQL to run turns such a text into code.
///
/// @param vendor the name for messages
/// @param allowed the driver's spelling of each by its lower-case form
/// @param dangerous lower-case names that are refused with the reason why
record Parameters(String vendor, Map<String, String> allowed, Set<String> dangerous) {

    /// @param allowed names as the driver spells them, separated by blanks
    /// @param dangerous names separated by blanks
    static Parameters of(String vendor, String allowed, String dangerous) {
        Map<String, String> spelling = new TreeMap<>();
        for (String name : allowed.split(" ")) spelling.put(lower(name), name);
        return new Parameters(
                vendor,
                spelling,
                Set.copyOf(
                        Stream.of(dangerous.split(" ")).map(Parameters::lower).toList()));
    }

    /// Returns the driver's spelling of a parameter.
    ///
    /// @throws IllegalArgumentException if it is refused or unknown
    String check(String key) {
        String spelling = allowed.get(lower(key));
        if (spelling != null) return spelling;
        if (dangerous.contains(lower(key))) throw loadsCode(key);
        throw new IllegalArgumentException("parameter '" + key + "' in the database URL is not known for " + vendor
                + PlainText.suggestion(key, new TreeSet<>(allowed.values()))
                + ": correct it, or set it in code on a DataSource of your own, for Engine.of(dataSource, dialect)");
    }

    static IllegalArgumentException loadsCode(String key) {
        return new IllegalArgumentException(
                "parameter '" + key + "' is not taken from a database URL: it makes the driver"
                        + " load a class, write a file, open a port or run SQL. Set it in code on a DataSource of your own,"
                        + " for Engine.of(dataSource, dialect)");
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
