/// Quartz, with its jobs in tables, on Aludel's pool.
@NullMarked
package dev.aludel.examples.quartz;

import org.jspecify.annotations.NullMarked;
