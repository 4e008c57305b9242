package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Borrowers of one connection, one after another. Each looks first whether the session is as it
/// was at birth, and then does things to it that are drawn by a seed.
///
/// Run again with `-Daludel.seed=…`, which a failure says.
final class RandomBorrowers {
    interface Look {
        Object at(Connection connection) throws SQLException;
    }

    interface Deed {
        void on(Connection connection) throws SQLException;
    }

    private static final Map<String, Look> JDBC = Map.ofEntries(
            Map.entry("auto-commit", Connection::getAutoCommit),
            Map.entry("read-only", Connection::isReadOnly),
            Map.entry("isolation", Connection::getTransactionIsolation),
            Map.entry("holdability", Connection::getHoldability),
            Map.entry("network timeout", Connection::getNetworkTimeout),
            Map.entry("catalog", connection -> String.valueOf(connection.getCatalog())),
            Map.entry("schema", connection -> String.valueOf(connection.getSchema())),
            Map.entry("warnings", connection -> String.valueOf(connection.getWarnings())),
            Map.entry("client info", connection -> copy(connection.getClientInfo())),
            Map.entry("type map", connection -> copy(connection.getTypeMap())));

    private static final List<Deed> SETTERS = List.of(
            connection -> connection.setAutoCommit(false),
            connection -> connection.setAutoCommit(true),
            Connection::commit,
            Connection::rollback,
            Connection::setSavepoint,
            connection -> connection.setReadOnly(true),
            connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            connection -> connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT),
            connection -> connection.setNetworkTimeout(Runnable::run, 77_000),
            connection -> connection.setTypeMap(Map.of("point", String.class)),
            connection -> connection.setClientInfo("ApplicationName", "borrower"),
            connection -> connection.setClientInfo(new Properties()));

    private final Pool pool;
    private final String probe;
    private final List<String> statements;
    private final long seed;
    private final Random random;
    private final Set<Connection> connections = new HashSet<>();
    private final List<String> done = new ArrayList<>();

    /// @param probe      asks the server for pairs: what may be changed, and what it is now
    /// @param statements with `#` for a digit
    RandomBorrowers(Pool pool, String probe, List<String> statements) {
        this.pool = pool;
        this.probe = probe;
        this.statements = statements;
        this.seed = Long.getLong("aludel.seed", System.nanoTime());
        this.random = new Random(seed);
    }

    /// Has so many statements run.
    ///
    /// @return how many connections it took
    int run(int count) throws SQLException {
        return run(count, change -> false);
    }

    /// As [#run(int)], but for changes that may be seen: lines such as `locks was 0 and is 1`.
    int run(int count, Predicate<String> mayBe) throws SQLException {
        Map<String, Object> birth = look();
        for (int ran = 0; ran < count; ) {
            done.clear();
            try (Checkout checkout = pool.checkOut(null)) {
                for (int left = 1 + random.nextInt(4); left > 0; left--, ran++) {
                    deed(checkout.connection());
                }
            }
            assertThat(changed(birth, look()).stream().filter(change -> !mayBe.test(change)))
                    .as("-Daludel.seed=%d, after %s", seed, done)
                    .isEmpty();
        }
        return connections.size();
    }

    private static List<String> changed(Map<String, Object> birth, Map<String, Object> now) {
        Set<String> names = new TreeSet<>(birth.keySet());
        names.addAll(now.keySet());
        names.removeIf(name -> Objects.equals(birth.get(name), now.get(name)));
        return names.stream()
                .map(name -> name + " was " + birth.get(name) + " and is " + now.get(name))
                .toList();
    }

    private void deed(Connection connection) {
        String sql = statements.get(random.nextInt(statements.size())).replace("#", "" + random.nextInt(1, 9));
        Deed setter = SETTERS.get(random.nextInt(SETTERS.size()));
        boolean sets = random.nextInt(4) == 0;
        boolean prepares = random.nextBoolean();
        done.add(sets ? "setter " + SETTERS.indexOf(setter) : sql);
        try {
            if (sets) {
                setter.on(connection);
            } else if (prepares) {
                connection.prepareStatement(sql).execute();
            } else {
                connection.createStatement().execute(sql);
            }
        } catch (SQLException e) {
            done.add("failed: " + e.getMessage());
        }
    }

    /// Looks past the pool's own proxy, so that the look changes nothing.
    Map<String, Object> look() throws SQLException {
        try (Checkout checkout = pool.checkOut(null)) {
            Connection raw = ((Loan) checkout).driver();
            connections.add(raw);
            Map<String, Object> seen = new TreeMap<>(Sql.pairs(raw, probe));
            for (Map.Entry<String, Look> look : JDBC.entrySet()) {
                seen.put(look.getKey(), seen(look.getValue(), raw));
            }
            return seen;
        }
    }

    /// Some drivers give null for none.
    private static Map<Object, Object> copy(@Nullable Map<?, ?> map) {
        return map == null ? Map.of() : new HashMap<>(map);
    }

    private static Object seen(Look look, Connection raw) {
        try {
            return look.at(raw);
        } catch (SQLException | UnsupportedOperationException e) {
            return "not supported";
        }
    }
}
