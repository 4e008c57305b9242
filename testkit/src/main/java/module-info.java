/// What tests of database code stand on: a scripted `java.sql` driver, a clock that a test moves, a bad network.
module dev.aludel.testkit {
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports dev.aludel.testkit;
}
