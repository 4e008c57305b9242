package dev.aludel.sql;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a class whose objects are rows of a table.
///
/// The processor then writes, in the same package, the table object: for `Trip` the class `Trip_` with the constant
/// `TRIP`. The class needs exactly one field marked [Id] and a constructor without parameters that is not private.
///
/// ```java
/// @Entity("trips")
/// public class Trip {
///     @Id @Generated @Nullable Long id;
///     String code = "";
/// }
/// ```
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Entity {
    /// The name of the table, as the database knows it. A name in lower case is written without quotes.
    String value();
}
