package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Refers to its own table; its id is primitive.
@Entity("employees")
class Employee {
    @Id
    @Generated
    long id;

    String name = "";

    @ToOne
    @Nullable
    One<Employee> boss;

    /// Returns the id of the boss of an employee who has one.
    Object bossId() {
        return Objects.requireNonNull(Objects.requireNonNull(boss, "no boss").idOrNull(), "not loaded");
    }

    static Employee named(String name) {
        Employee employee = new Employee();
        employee.name = name;
        return employee;
    }

    static Employee named(String name, Employee boss) {
        Employee employee = named(name);
        employee.boss = One.of(boss);
        return employee;
    }
}
