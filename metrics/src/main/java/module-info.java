/// Micrometer views of a pool.
module dev.aludel.metrics {
    requires transitive dev.aludel.pool;
    requires transitive micrometer.core;
    requires static org.jspecify;

    exports dev.aludel.metrics;
}
