package dev.aludel.processor;

import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/// What an entity class says about its table, found to be without mistakes.
///
/// @param element    the class
/// @param name       its name
/// @param table      the table's name
/// @param properties the mapped fields, in the order of their columns
record EntityModel(TypeElement element, ClassName name, String table, List<Property> properties) {
    EntityModel {
        properties = List.copyOf(properties);
    }

    ClassName tableClass() {
        return name.with("_");
    }

    ClassName mapperClass() {
        return name.with("_Mapper");
    }

    /// Returns the name of the one instance of the table class, as in `TRIP`.
    String constant() {
        return Spelling.constant(name.path());
    }

    Property id() {
        return properties.stream().filter(Property::isId).findFirst().orElseThrow();
    }

    Optional<Property> version() {
        return properties.stream().filter(Property::isVersion).findFirst();
    }

    List<Property> references() {
        return properties.stream().filter(property -> property.target() != null).toList();
    }
}
