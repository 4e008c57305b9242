/// The benchmarks in seconds: not what they measure, but that they measure it.
@NullMarked
package dev.aludel.benchmarks;

import org.jspecify.annotations.NullMarked;
