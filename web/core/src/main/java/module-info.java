/// One database session per request, for any web framework.
module dev.aludel.web {
    requires transitive dev.aludel.orm;
    requires transitive dev.aludel.engine;
    requires dev.aludel.pool;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.aludel.web;
}
