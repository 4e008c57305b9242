/// The `aludel` command: tells the pool's story on a real database, and prints what a session does.
///
/// Start at [Aludel]. Not published; nothing imports it.
@NullMarked
package dev.aludel.lab;

import org.jspecify.annotations.NullMarked;
