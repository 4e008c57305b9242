/// The connection pool.
module dev.aludel.pool {
    requires transitive java.sql;
    requires transitive org.jspecify;
    requires org.slf4j;
    requires static java.management;
    requires static jdk.jfr;

    exports dev.aludel.pool;
}
