/// One session per request: opened before the handler, committed before the first byte of the answer leaves.
///
/// Start at [RequestSessions]; a host (Javalin, Servlet …) opens a [RequestScope] around each handler and obeys the
/// [Answer] that it gives. Nothing here knows HTTP beyond a status, headers and a text.
@NullMarked
package dev.aludel.web;

import org.jspecify.annotations.NullMarked;
