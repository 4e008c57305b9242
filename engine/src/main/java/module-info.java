/// Runs SQL on connections: URLs, the engine, its connections, transactions, results, and the log.
module dev.aludel.engine {
    requires transitive java.sql;
    requires transitive dev.aludel.pool;
    requires transitive dev.aludel.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.aludel.engine;
}
