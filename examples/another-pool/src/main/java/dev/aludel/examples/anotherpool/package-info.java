/// A service that keeps HikariCP, and has its timeouts explained.
@NullMarked
package dev.aludel.examples.anotherpool;

import org.jspecify.annotations.NullMarked;
