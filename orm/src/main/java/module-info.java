/// The data mapper: sessions, identity map and unit of work.
module dev.aludel.orm {
    requires transitive dev.aludel.engine;
    requires transitive dev.aludel.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.aludel.orm;
}
