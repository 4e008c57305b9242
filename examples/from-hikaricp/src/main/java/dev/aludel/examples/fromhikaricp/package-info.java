/// The programs of the guide `docs/guides/from-hikaricp.md`.
@NullMarked
package dev.aludel.examples.fromhikaricp;

import org.jspecify.annotations.NullMarked;
