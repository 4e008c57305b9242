/// One session per request in Javalin. Start at [JavalinSessions].
@NullMarked
package dev.aludel.web.javalin;

import org.jspecify.annotations.NullMarked;
