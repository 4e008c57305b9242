/// Turns entity classes into typed table objects, at compile time.
///
/// Start at [EntityProcessor]. [EntityReader] judges a class and makes an [EntityModel] of it or reports its
/// mistakes; [TableSource] and [MapperSource] write the two classes that follow from it. What is written is
/// ordinary Java in the entity's package: no reflection, nothing to open, nothing that starts slowly.
@NullMarked
package dev.aludel.processor;

import org.jspecify.annotations.NullMarked;
