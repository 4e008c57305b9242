/// MyBatis on Aludel's pool.
@NullMarked
package dev.aludel.examples.mybatis;

import org.jspecify.annotations.NullMarked;
