package dev.aludel.examples.trips;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Runs the service until it is stopped.
///
///     TRIPS_URL=postgresql://app:secret@localhost/trips java … dev.aludel.examples.trips.Main size=16 overflow=4
///
/// Each option is an argument `name=value`, or an environment variable `TRIPS_NAME`; the argument counts. An address
/// with a password belongs in the environment, where other users of the machine do not see it.
///
/// | option | default | |
/// |---|---|---|
/// | `url` | none | `postgresql://user:password@host/database` |
/// | `size`, `overflow` | 8, 4 | connections kept, and beyond |
/// | `timeout` | 3 | seconds that a request may wait for a connection |
/// | `port` | 7070 | |
final class Main {
    private static final Set<String> NAMES = Set.of("url", "size", "overflow", "timeout", "port");

    private final Map<String, String> values = new HashMap<>();

    public static void main(String[] arguments) {
        try {
            TripsService service = TripsService.start(new Main(arguments, System.getenv()).options());
            Runtime.getRuntime().addShutdownHook(new Thread(service::close));
            System.out.println("trips listens on http://localhost:" + service.port());
        } catch (IllegalArgumentException e) {
            System.err.println("trips: " + e.getMessage());
            System.exit(2);
        }
    }

    Main(String[] arguments, Map<String, String> environment) {
        for (String name : NAMES) {
            String value = environment.get("TRIPS_" + name.toUpperCase(java.util.Locale.ROOT));
            if (value != null) {
                values.put(name, value);
            }
        }
        for (String argument : arguments) {
            put(argument);
        }
    }

    /// An argument that is not understood is not repeated in full: its value may be a password.
    private void put(String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        if (equals < 0 || !NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "an argument must be url=, size=, overflow=, timeout= or port= and a value, but one was '"
                            + name.substring(0, Math.min(20, name.length())) + "'");
        }
        values.put(name, argument.substring(equals + 1));
    }

    TripsOptions options() {
        String url = values.get("url");
        if (url == null) {
            throw new IllegalArgumentException(
                    "no database: set TRIPS_URL, for example to postgresql://app:secret@localhost/trips");
        }
        TripsOptions defaults = TripsOptions.on(url);
        return new TripsOptions(
                url,
                number("size", defaults.poolSize()),
                number("overflow", defaults.maxOverflow()),
                Duration.ofSeconds(number("timeout", 3)),
                number("port", 7070),
                defaults.quoteDelay(),
                defaults.listener());
    }

    private int number(String name, int otherwise) {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number, but was '" + value + "'", e);
        }
    }
}
