/// Jdbi on Aludel's pool.
@NullMarked
package dev.aludel.examples.jdbi;

import org.jspecify.annotations.NullMarked;
