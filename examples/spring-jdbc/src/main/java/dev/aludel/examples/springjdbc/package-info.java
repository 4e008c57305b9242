/// Spring's `JdbcTemplate` and its transaction manager on Aludel's pool.
@NullMarked
package dev.aludel.examples.springjdbc;

import org.jspecify.annotations.NullMarked;
