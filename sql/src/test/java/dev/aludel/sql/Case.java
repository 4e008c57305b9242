package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.avg;
import static dev.aludel.sql.Sql.count;
import static dev.aludel.sql.Sql.createTable;
import static dev.aludel.sql.Sql.delete;
import static dev.aludel.sql.Sql.dropTable;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.max;
import static dev.aludel.sql.Sql.min;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Sql.sum;
import static dev.aludel.sql.Sql.update;
import static dev.aludel.sql.Trip.TRIP;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A statement, its text in each dialect, its binds, and what comes of it in the little database of [Database].
///
/// @param h2     the text in H2; the same as PostgreSQL's unless said otherwise
/// @param binds  `name=value`, in the order of the placeholders
/// @param result the rows, or for a command the number of rows touched
record Case(String what, Statement statement, String postgresql, String h2, List<String> binds, Object result) {
    record Pair(Object first, Object second) {}

    record CityStat(String city, long trips, BigDecimal total) {}

    record Wide(long a, String b, int c, BigDecimal d, String e, String f, long g, Trip h) {}

    static final Trip ONE = new Trip(1, "OSL-1", 3, new BigDecimal("10.50"), 1L);
    static final Trip TWO = new Trip(2, "OSL-2", 4, new BigDecimal("20.00"), 1L);
    static final Trip THREE = new Trip(3, "BGO-3", 8, null, 2L);
    static final Driver ADA = new Driver(1, "Ada", "Oslo");
    static final Driver BO = new Driver(2, "Bo", null);

    static final String ALL = "SELECT trips.id, trips.code, trips.seats, trips.fare, trips.driver_id \nFROM trips";

    @Override
    public String toString() {
        return what;
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(selects());
        cases.addAll(conditions());
        cases.addAll(joins());
        cases.addAll(changes());
        cases.addAll(tables());
        return cases;
    }

    private static Case same(String what, Statement statement, String text, List<String> binds, Object result) {
        return new Case(what, statement, text, text, binds, result);
    }

    private static List<Case> selects() {
        return List.of(
                same("the entities of a table", select(TRIP), ALL, List.of(), List.of(ONE, TWO, THREE)),
                same("one column", select(TRIP.code), "SELECT trips.code \nFROM trips", List.of(), codes(1, 2, 3)),
                same(
                        "a column that may be NULL",
                        select(TRIP.fare).where(TRIP.id.eq(3L)),
                        "SELECT trips.fare \nFROM trips \nWHERE trips.id = ?",
                        List.of("id_1=3"),
                        Arrays.asList((Object) null)),
                same(
                        "under a label",
                        select(TRIP.code.as("c")),
                        "SELECT trips.code AS c \nFROM trips",
                        List.of(),
                        codes(1, 2, 3)),
                same(
                        "two columns into a record",
                        select(TRIP.seats, TRIP.code).where(TRIP.id.eq(1L)).as(Pair::new),
                        "SELECT trips.seats, trips.code \nFROM trips \nWHERE trips.id = ?",
                        List.of("id_1=1"),
                        List.of(new Pair(3, "OSL-1"))),
                same(
                        "two entities",
                        select(TRIP, DRIVER).join(DRIVER).where(TRIP.id.eq(3L)).as(Pair::new),
                        "SELECT trips.id, trips.code, trips.seats, trips.fare, trips.driver_id, drivers.id AS id_1,"
                                + " drivers.name, drivers.city \nFROM trips JOIN drivers ON drivers.id = trips.driver_id"
                                + " \nWHERE trips.id = ?",
                        List.of("id_1=3"),
                        List.of(new Pair(THREE, BO))),
                same(
                        "eight things into a record, the last an entity",
                        select(
                                        TRIP.id,
                                        TRIP.code,
                                        TRIP.seats,
                                        TRIP.fare,
                                        TRIP.code.as("again"),
                                        DRIVER.name,
                                        DRIVER.id,
                                        TRIP)
                                .join(DRIVER)
                                .where(TRIP.id.eq(1L))
                                .as(Wide::new),
                        "SELECT trips.id, trips.code, trips.seats, trips.fare, trips.code AS again, drivers.name,"
                                + " drivers.id AS id_1, trips.id AS id_2, trips.code AS code_1, trips.seats AS seats_1,"
                                + " trips.fare AS fare_1, trips.driver_id"
                                + " \nFROM trips JOIN drivers ON drivers.id = trips.driver_id \nWHERE trips.id = ?",
                        List.of("id_1=1"),
                        List.of(new Wide(1, "OSL-1", 3, new BigDecimal("10.50"), "OSL-1", "Ada", 1, ONE))),
                same(
                        "the number of rows",
                        select(count()).from(TRIP),
                        "SELECT count(*) AS count_1 \nFROM trips",
                        List.of(),
                        List.of(3L)),
                same(
                        "the number of values",
                        select(count(TRIP.fare)),
                        "SELECT count(trips.fare) AS count_1 \nFROM trips",
                        List.of(),
                        List.of(2L)),
                same(
                        "a sum",
                        select(sum(TRIP.fare)),
                        "SELECT sum(trips.fare) AS sum_1 \nFROM trips",
                        List.of(),
                        List.of(new BigDecimal("30.50"))),
                same(
                        "a sum of another type",
                        select(sum(TRIP.seats, Types.LONG)),
                        "SELECT sum(trips.seats) AS sum_1 \nFROM trips",
                        List.of(),
                        List.of(15L)),
                same(
                        "a mean",
                        select(avg(TRIP.seats)).where(TRIP.id.eq(3L)),
                        "SELECT avg(trips.seats) AS avg_1 \nFROM trips \nWHERE trips.id = ?",
                        List.of("id_1=3"),
                        List.of(new BigDecimal("8"))),
                same(
                        "the ends",
                        select(min(TRIP.code), max(TRIP.seats)).as(Pair::new),
                        "SELECT min(trips.code) AS min_1, max(trips.seats) AS max_1 \nFROM trips",
                        List.of(),
                        List.of(new Pair("BGO-3", 8))),
                same(
                        "two sums, numbered",
                        select(sum(TRIP.fare), sum(TRIP.seats)).as(Pair::new),
                        "SELECT sum(trips.fare) AS sum_1, sum(trips.seats) AS sum_2 \nFROM trips",
                        List.of(),
                        List.of(new Pair(new BigDecimal("30.50"), 15))),
                same(
                        "groups",
                        select(DRIVER.city, count(), sum(TRIP.fare))
                                .from(TRIP)
                                .join(DRIVER)
                                .where(TRIP.seats.ge(1))
                                .groupBy(DRIVER.city)
                                .having(count().gt(1L))
                                .orderBy(sum(TRIP.fare).desc())
                                .as(CityStat::new),
                        "SELECT drivers.city, count(*) AS count_1, sum(trips.fare) AS sum_1"
                                + " \nFROM trips JOIN drivers ON drivers.id = trips.driver_id"
                                + " \nWHERE trips.seats >= ? GROUP BY drivers.city \nHAVING count(*) > ?"
                                + " ORDER BY sum(trips.fare) DESC",
                        List.of("seats_1=1", "count_1=1"),
                        List.of(new CityStat("Oslo", 2, new BigDecimal("30.50")))),
                same(
                        "distinct",
                        select(TRIP.driver).distinct().orderBy(TRIP.driver.desc()),
                        "SELECT DISTINCT trips.driver_id \nFROM trips ORDER BY trips.driver_id DESC",
                        List.of(),
                        List.of(2L, 1L)),
                same(
                        "order",
                        select(TRIP).orderBy(TRIP.driver.desc(), TRIP.seats.asc()),
                        ALL + " ORDER BY trips.driver_id DESC, trips.seats",
                        List.of(),
                        List.of(THREE, ONE, TWO)),
                same(
                        "order with NULL first",
                        select(TRIP).orderBy(TRIP.fare.asc().nullsFirst()),
                        ALL + " ORDER BY trips.fare NULLS FIRST",
                        List.of(),
                        List.of(THREE, ONE, TWO)),
                same(
                        "order with NULL last",
                        select(TRIP).orderBy(TRIP.fare.desc().nullsLast()),
                        ALL + " ORDER BY trips.fare DESC NULLS LAST",
                        List.of(),
                        List.of(TWO, ONE, THREE)),
                same(
                        "a slice",
                        select(TRIP).orderBy(TRIP.id.asc()).limit(1).offset(1),
                        ALL + " ORDER BY trips.id \n LIMIT ? OFFSET ?",
                        List.of("param_1=1", "param_2=1"),
                        List.of(TWO)),
                same(
                        "the rest",
                        select(TRIP).orderBy(TRIP.id.asc()).offset(2),
                        ALL + " ORDER BY trips.id OFFSET ?",
                        List.of("param_1=2"),
                        List.of(THREE)),
                same(
                        "raw SQL",
                        Unsafe.sql("select code from trips where seats > ?").bind(Types.INTEGER, 4),
                        "select code from trips where seats > ?",
                        List.of("param_1=4"),
                        codes(3)),
                same(
                        "raw SQL, typed",
                        Unsafe.sql("select count(*) from trips").as(Types.LONG),
                        "select count(*) from trips",
                        List.of(),
                        List.of(3L)),
                same(
                        "raw SQL, as entities",
                        Unsafe.sql("select * from trips where id = 1").as(TRIP),
                        "select * from trips where id = 1",
                        List.of(),
                        List.of(ONE)));
    }

    private static Case where(String what, Condition condition, String text, List<String> binds, Trip... rows) {
        return same(what, select(TRIP).where(condition), ALL + " \nWHERE " + text, binds, List.of(rows));
    }

    private static List<Case> conditions() {
        Condition oslo = TRIP.code.like("OSL%");
        Condition big = TRIP.seats.gt(3);
        Condition free = TRIP.fare.isNull();
        return List.of(
                where("equal", TRIP.code.eq("OSL-1"), "trips.code = ?", List.of("code_1=OSL-1"), ONE),
                where("unequal", TRIP.code.ne("OSL-1"), "trips.code != ?", List.of("code_1=OSL-1"), TWO, THREE),
                where("less", TRIP.seats.lt(4), "trips.seats < ?", List.of("seats_1=4"), ONE),
                where("at most", TRIP.seats.le(4), "trips.seats <= ?", List.of("seats_1=4"), ONE, TWO),
                where("more", TRIP.seats.gt(4), "trips.seats > ?", List.of("seats_1=4"), THREE),
                where("at least", TRIP.seats.ge(4), "trips.seats >= ?", List.of("seats_1=4"), TWO, THREE),
                where("two columns equal", TRIP.id.eq(TRIP.driver), "trips.id = trips.driver_id", List.of(), ONE),
                where(
                        "two columns unequal",
                        TRIP.id.ne(TRIP.driver),
                        "trips.id != trips.driver_id",
                        List.of(),
                        TWO,
                        THREE),
                where("a column less", TRIP.driver.lt(TRIP.id), "trips.driver_id < trips.id", List.of(), TWO, THREE),
                where("a column at most", TRIP.id.le(TRIP.driver), "trips.id <= trips.driver_id", List.of(), ONE),
                where("a column more", TRIP.id.gt(TRIP.driver), "trips.id > trips.driver_id", List.of(), TWO, THREE),
                where("a column at least", TRIP.driver.ge(TRIP.id), "trips.driver_id >= trips.id", List.of(), ONE),
                where(
                        "one of some",
                        TRIP.code.in(List.of("OSL-1", "BGO-3")),
                        "trips.code = ANY (?)",
                        List.of("code_1=[OSL-1, BGO-3]"),
                        ONE,
                        THREE),
                where("one of none", TRIP.id.in(List.of()), "trips.id = ANY (?)", List.of("id_1=[]")),
                where(
                        "none of some",
                        TRIP.id.notIn(List.of(1L, 3L)),
                        "trips.id != ALL (?)",
                        List.of("id_1=[1, 3]"),
                        TWO),
                where(
                        "none of none",
                        TRIP.id.notIn(List.of()),
                        "trips.id != ALL (?)",
                        List.of("id_1=[]"),
                        ONE,
                        TWO,
                        THREE),
                where(
                        "none of some, where one is null",
                        TRIP.fare.notIn(List.of(new BigDecimal("20.00"))),
                        "trips.fare != ALL (?)",
                        List.of("fare_1=[20.00]"),
                        ONE),
                where(
                        "none of none, where one is null",
                        TRIP.fare.notIn(List.of()),
                        "trips.fare != ALL (?)",
                        List.of("fare_1=[]"),
                        ONE,
                        TWO,
                        THREE),
                where(
                        "between",
                        TRIP.seats.between(3, 4),
                        "trips.seats BETWEEN ? AND ?",
                        List.of("seats_1=3", "seats_2=4"),
                        ONE,
                        TWO),
                where("like", TRIP.code.like("_GO%"), "trips.code LIKE ?", List.of("code_1=_GO%"), THREE),
                where("null", TRIP.fare.isNull(), "trips.fare IS NULL", List.of(), THREE),
                where("not null", TRIP.fare.isNotNull(), "trips.fare IS NOT NULL", List.of(), ONE, TWO),
                where(
                        "both",
                        oslo.and(big),
                        "trips.code LIKE ? AND trips.seats > ?",
                        List.of("code_1=OSL%", "seats_1=3"),
                        TWO),
                where(
                        "either",
                        oslo.or(free),
                        "trips.code LIKE ? OR trips.fare IS NULL",
                        List.of("code_1=OSL%"),
                        ONE,
                        TWO,
                        THREE),
                where(
                        "an OR within an AND",
                        oslo.or(free).and(big),
                        "(trips.code LIKE ? OR trips.fare IS NULL) AND trips.seats > ?",
                        List.of("code_1=OSL%", "seats_1=3"),
                        TWO,
                        THREE),
                where(
                        "an AND within an OR",
                        free.or(oslo.and(big)),
                        "trips.fare IS NULL OR trips.code LIKE ? AND trips.seats > ?",
                        List.of("code_1=OSL%", "seats_1=3"),
                        TWO,
                        THREE),
                where("not", oslo.not(), "NOT (trips.code LIKE ?)", List.of("code_1=OSL%"), THREE),
                where(
                        "not of an OR",
                        oslo.or(free).not().and(big.not()),
                        "NOT (trips.code LIKE ? OR trips.fare IS NULL) AND NOT (trips.seats > ?)",
                        List.of("code_1=OSL%", "seats_1=3")),
                same(
                        "several conditions",
                        select(TRIP).where(oslo, big).where(TRIP.code.ne("x")),
                        ALL + " \nWHERE trips.code LIKE ? AND trips.seats > ? AND trips.code != ?",
                        List.of("code_1=OSL%", "seats_1=3", "code_2=x"),
                        List.of(TWO)));
    }

    private static List<Case> joins() {
        var other = TRIP.as("other");
        return List.of(
                same(
                        "from the child to the parent",
                        select(TRIP).join(DRIVER).where(DRIVER.name.eq("Bo")),
                        ALL + " JOIN drivers ON drivers.id = trips.driver_id \nWHERE drivers.name = ?",
                        List.of("name_1=Bo"),
                        List.of(THREE)),
                same(
                        "from the parent to the child",
                        select(DRIVER).join(TRIP).where(TRIP.seats.gt(4)),
                        "SELECT drivers.id, drivers.name, drivers.city \nFROM drivers JOIN trips ON drivers.id = trips.driver_id"
                                + " \nWHERE trips.seats > ?",
                        List.of("seats_1=4"),
                        List.of(BO)),
                same(
                        "by a condition",
                        select(TRIP.code).join(DRIVER, DRIVER.id.eq(TRIP.id)),
                        "SELECT trips.code \nFROM trips JOIN drivers ON drivers.id = trips.id",
                        List.of(),
                        codes(1, 2)),
                same(
                        "with itself, under another name",
                        select(TRIP.code, other.column(TRIP.code))
                                .join(
                                        other,
                                        TRIP.driver
                                                .eq(other.column(TRIP.driver))
                                                .and(TRIP.id.lt(other.column(TRIP.id))))
                                .as(Pair::new),
                        "SELECT trips.code, other.code AS code_1 \nFROM trips JOIN trips AS other"
                                + " ON trips.driver_id = other.driver_id AND trips.id < other.id",
                        List.of(),
                        List.of(new Pair("OSL-1", "OSL-2"))),
                same(
                        "the entities of an alias",
                        select(other).join(DRIVER).where(other.column(TRIP.id).eq(2L)),
                        "SELECT other.id, other.code, other.seats, other.fare, other.driver_id \nFROM trips AS other"
                                + " JOIN drivers ON drivers.id = other.driver_id \nWHERE other.id = ?",
                        List.of("id_1=2"),
                        List.of(TWO)));
    }

    private static List<Case> changes() {
        Insert<Trip> row = insert(TRIP).set(TRIP.code, "TRD-4").set(TRIP.seats, 2);
        return List.of(
                same(
                        "an insert",
                        row,
                        "INSERT INTO trips (code, seats) VALUES (?, ?)",
                        List.of("code=TRD-4", "seats=2"),
                        1L),
                same(
                        "an insert of NULL",
                        row.set(TRIP.fare, null),
                        "INSERT INTO trips (code, seats, fare) VALUES (?, ?, ?)",
                        List.of("code=TRD-4", "seats=2", "fare=null"),
                        1L),
                same(
                        "the later of two values",
                        row.set(TRIP.code, "TRD-5"),
                        "INSERT INTO trips (code, seats) VALUES (?, ?)",
                        List.of("code=TRD-5", "seats=2"),
                        1L),
                same(
                        "an insert of two rows",
                        row.row().set(TRIP.seats, 5).set(TRIP.code, "TRD-5"),
                        "INSERT INTO trips (code, seats) VALUES (?, ?), (?, ?)",
                        List.of("code__0=TRD-4", "seats__0=2", "code__1=TRD-5", "seats__1=5"),
                        2L),
                new Case(
                        "an insert that gives the id",
                        row.returning(TRIP.id),
                        "INSERT INTO trips (code, seats) VALUES (?, ?) RETURNING trips.id",
                        "SELECT trips.id \nFROM FINAL TABLE (INSERT INTO trips (code, seats) VALUES (?, ?)) trips",
                        List.of("code=TRD-4", "seats=2"),
                        List.of(4L)),
                new Case(
                        "an insert of rows that gives the entities",
                        insert(TRIP)
                                .rows(List.of(TRIP.seats, TRIP.code), List.of(List.of(1, "A"), List.of(2, "B")))
                                .returning(TRIP),
                        "INSERT INTO trips (seats, code) VALUES (?, ?), (?, ?)"
                                + " RETURNING trips.id, trips.code, trips.seats, trips.fare, trips.driver_id",
                        "SELECT trips.id, trips.code, trips.seats, trips.fare, trips.driver_id"
                                + " \nFROM FINAL TABLE (INSERT INTO trips (seats, code) VALUES (?, ?), (?, ?)) trips",
                        List.of("seats__0=1", "code__0=A", "seats__1=2", "code__1=B"),
                        List.of(new Trip(4, "A", 1, null, null), new Trip(5, "B", 2, null, null))),
                same("an insert of defaults", insert(Bare.BARE), "INSERT INTO bare DEFAULT VALUES", List.of(), 1L),
                new Case(
                        "an insert of defaults that gives the id",
                        insert(Bare.BARE).returning(Bare.BARE.id),
                        "INSERT INTO bare DEFAULT VALUES RETURNING bare.id",
                        "SELECT bare.id \nFROM FINAL TABLE (INSERT INTO bare DEFAULT VALUES) bare",
                        List.of(),
                        List.of(1L)),
                same(
                        "an update",
                        update(TRIP).set(TRIP.seats, 9).set(TRIP.fare, null).where(TRIP.id.eq(1L)),
                        "UPDATE trips SET seats=?, fare=? WHERE trips.id = ?",
                        List.of("seats=9", "fare=null", "id_1=1"),
                        1L),
                same(
                        "an update with the same column in its condition",
                        update(TRIP).set(TRIP.seats, 9).where(TRIP.seats.lt(9)),
                        "UPDATE trips SET seats=? WHERE trips.seats < ?",
                        List.of("seats=9", "seats_1=9"),
                        3L),
                same(
                        "an update of all",
                        update(TRIP).set(TRIP.seats, 9).everywhere(),
                        "UPDATE trips SET seats=?",
                        List.of("seats=9"),
                        3L),
                new Case(
                        "an update that gives what became",
                        update(TRIP).set(TRIP.seats, 9).where(TRIP.id.eq(1L)).returning(TRIP.seats),
                        "UPDATE trips SET seats=? WHERE trips.id = ? RETURNING trips.seats",
                        "SELECT trips.seats \nFROM FINAL TABLE (UPDATE trips SET seats=? WHERE trips.id = ?) trips",
                        List.of("seats=9", "id_1=1"),
                        List.of(9)),
                same(
                        "a delete",
                        delete(TRIP).where(TRIP.seats.ge(4)),
                        "DELETE FROM trips WHERE trips.seats >= ?",
                        List.of("seats_1=4"),
                        2L),
                same("a delete of all", delete(TRIP).everywhere(), "DELETE FROM trips", List.of(), 3L),
                new Case(
                        "a delete that gives what was",
                        delete(TRIP).where(TRIP.id.eq(3L)).returning(TRIP),
                        "DELETE FROM trips WHERE trips.id = ?"
                                + " RETURNING trips.id, trips.code, trips.seats, trips.fare, trips.driver_id",
                        "SELECT trips.id, trips.code, trips.seats, trips.fare, trips.driver_id"
                                + " \nFROM OLD TABLE (DELETE FROM trips WHERE trips.id = ?) trips",
                        List.of("id_1=3"),
                        List.of(THREE)),
                same(
                        "raw SQL without rows",
                        Unsafe.statement("delete from trips where id = ?").bind(Types.LONG, 1L),
                        "delete from trips where id = ?",
                        List.of("param_1=1"),
                        1L));
    }

    private static List<Case> tables() {
        String drivers = " (\n\tid BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL, \n\tname VARCHAR NOT NULL,"
                + " \n\tcity VARCHAR, \n\tPRIMARY KEY (id)\n)";
        return List.of(
                same(
                        "a table that is there",
                        createTable(DRIVER).ifNotExists(),
                        "CREATE TABLE IF NOT EXISTS drivers" + drivers,
                        List.of(),
                        0L),
                same(
                        "a table with a foreign key",
                        createTable(Stop.STOP),
                        "CREATE TABLE stops (\n\tid BIGINT NOT NULL, \n\ttrip_id BIGINT NOT NULL, \n\tPRIMARY KEY (id),"
                                + " \n\tFOREIGN KEY(trip_id) REFERENCES trips (id)\n)",
                        List.of(),
                        0L),
                same("the end of a table", dropTable(Bare.BARE), "DROP TABLE bare", List.of(), 0L),
                same(
                        "the end of no table",
                        dropTable(Stop.STOP).ifExists(),
                        "DROP TABLE IF EXISTS stops",
                        List.of(),
                        0L));
    }

    private static List<Object> codes(int... ids) {
        Map<Integer, Object> codes = Map.of(1, "OSL-1", 2, "OSL-2", 3, "BGO-3");
        return Arrays.stream(ids).mapToObj(codes::get).toList();
    }
}
