package dev.aludel.lab;

import dev.aludel.engine.Engine;
import dev.aludel.servers.Postgres;
import dev.aludel.sql.Unsafe;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A PostgreSQL for one run of a verb, with nothing in it: a server of its own, or a new schema in the user's.
final class Database implements AutoCloseable {
    private static final Pattern POSTGRESQL = Pattern.compile("(jdbc:)?postgresql[:+]");

    private final String description;
    private final String url;
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private final ReentrantLock ending = new ReentrantLock();

    private Database(String description, String url, Runnable end) {
        this.description = description;
        this.url = url;
        this.ends.push(end);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /// Starts a server for this run. It stops after its users, also when the JVM is told to stop.
    static Database embedded() {
        Postgres server = Postgres.startWithoutHook();
        return new Database("an embedded PostgreSQL", server.url(server.createDatabase("aludel")), server::close);
    }

    /// Makes a schema in the user's database, and drops it at the end: nothing else there is touched.
    ///
    /// Its name is new each time: in containers all processes have the same number, and one that was killed has
    /// left its schema behind.
    ///
    /// @throws IllegalArgumentException if it is not the URL of a PostgreSQL
    static Database at(String url) {
        if (!POSTGRESQL.matcher(url).lookingAt()) {
            throw new IllegalArgumentException("this verb needs a PostgreSQL, postgresql://user:password@host/database,"
                    + " but was given another URL");
        }
        String schema = "aludel_" + UUID.randomUUID().toString().replace("-", "");
        execute(url, "CREATE SCHEMA " + schema);
        return new Database(
                "your database (in the schema " + schema + ", which is dropped at the end)",
                with(url, "currentSchema", schema),
                () -> execute(url, "DROP SCHEMA " + schema + " CASCADE"));
    }

    private static void execute(String url, String statement) {
        try (Engine engine = Engine.create(url)) {
            engine.run(connection -> connection.execute(Unsafe.statement(statement)));
        }
    }

    /// Says what it is, without its address.
    String description() {
        return description;
    }

    /// Returns its URL, for connections that call themselves `application`.
    String url(String application) {
        return with(url, "ApplicationName", application);
    }

    /// Returns how many connections of an application the server has, by its own account.
    long connectionsOf(String application) {
        try (Engine engine = Engine.create(url("aludel count"))) {
            Object count = engine.read(Unsafe.sql(
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + application + "'"))
                    .one();
            return ((Number) Objects.requireNonNull(count, "count(*) is never NULL")).longValue();
        }
    }

    /// Returns the server's version, for example `18.6`.
    String version() {
        try (Engine engine = Engine.create(url("aludel count"))) {
            return String.valueOf(engine.read(Unsafe.sql("SHOW server_version")).one());
        }
    }

    /// Returns a URL with a parameter, in the place of one that the user may have given.
    private static String with(String url, String key, String value) {
        int question = url.indexOf('?');
        String base = question < 0 ? url : url.substring(0, question);
        String others = question < 0 ? "" : url.substring(question + 1);
        return Stream.concat(
                        Arrays.stream(others.split("&")).filter(each -> !each.isEmpty() && !each.startsWith(key + "=")),
                        Stream.of(key + "=" + value.replace(" ", "%20")))
                .collect(Collectors.joining("&", base + "?", ""));
    }

    /// Has a user of this database ended before it, also when the JVM is told to stop.
    void endFirst(Runnable user) {
        ending.lock();
        try {
            ends.push(user);
        } finally {
            ending.unlock();
        }
    }

    /// Ends its users, then stops the server of this run or drops its schema. Done when the JVM is told to stop, too,
    /// and only once.
    @Override
    public void close() {
        ending.lock();
        try {
            while (!ends.isEmpty()) {
                ends.pop().run();
            }
        } finally {
            ending.unlock();
        }
    }
}
