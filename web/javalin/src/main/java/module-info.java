/// One database session per request in Javalin.
module dev.aludel.web.javalin {
    requires transitive dev.aludel.web;
    requires transitive io.javalin;
    requires static org.jspecify;

    exports dev.aludel.web.javalin;
}
