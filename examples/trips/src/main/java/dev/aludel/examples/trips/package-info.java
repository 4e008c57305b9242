/// The web service of the README: trips in a database, a session per request, a pool that can starve.
///
/// Start at [Trips], one method per route. [TripsService] puts them on a port.
@NullMarked
package dev.aludel.examples.trips;

import org.jspecify.annotations.NullMarked;
