package dev.aludel.examples.hibernate;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/// A stop on the way, as Hibernate maps it.
@Entity
class Stop {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String city = "";

    /// For Hibernate.
    Stop() {}

    Stop(String city) {
        this.city = city;
    }

    @Nullable
    Long id() {
        return id;
    }

    String city() {
        return city;
    }
}
