/// Hibernate on Aludel's pool.
@NullMarked
package dev.aludel.examples.hibernate;

import org.jspecify.annotations.NullMarked;
