/// Flyway on Aludel's pool.
@NullMarked
package dev.aludel.examples.flyway;

import org.jspecify.annotations.NullMarked;
