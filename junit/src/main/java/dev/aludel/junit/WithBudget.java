package dev.aludel.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Gives a test, or all of a class, limits of its own in place of those of its [ConnectionBudget]. What
/// is left out stays as it is; a test's counts more than its class's.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface WithBudget {
    /// What stands for "as the budget says".
    int UNSAID = -1;

    /// For how many milliseconds a connection may be held outside SQL, as [ConnectionBudget#heldOutsideSql].
    long heldOutsideSqlMillis() default UNSAID;

    /// How many statements the test may run, as [ConnectionBudget#statements].
    int statements() default UNSAID;

    /// How often the same statement may be run from one line, as [ConnectionBudget#repeats].
    int repeats() default UNSAID;

    /// How many connections one thread may have at a time, as [ConnectionBudget#connections].
    int connections() default UNSAID;
}
