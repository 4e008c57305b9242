package dev.aludel.sql;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks the counter that guards a row against lost updates: each update requires the value that was read, and adds
/// one.
///
/// An object's session does so. An update that is executed as a statement does not, unless it sets the column.
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface Version {}
