package dev.aludel.sql;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a reference to one row of another entity: a field of type [One] whose column is a foreign key.
///
/// The column is named for the field with `_id` behind it, unless [Named] says otherwise.
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface ToOne {}
