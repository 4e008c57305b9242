/// jOOQ on Aludel's pool.
@NullMarked
package dev.aludel.examples.jooq;

import org.jspecify.annotations.NullMarked;
