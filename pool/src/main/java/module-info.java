/// The connection pool.
module dev.aludel.pool {
    requires transitive java.sql;
    requires transitive org.jspecify;
    requires org.slf4j;

    exports dev.aludel.pool;
}
