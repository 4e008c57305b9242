package dev.aludel.pool;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Driver;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/// Makes a driver's data source from the name of its class, and sets its properties. The values are in no text.
final class NamedDataSource {
    private static final List<Class<?>> TYPES =
            List.of(String.class, int.class, long.class, short.class, boolean.class, char[].class);

    private NamedDataSource() {}

    /// @throws IllegalArgumentException if there is no such class, or it has no such property, or one that text may
    ///     not set
    static DataSource of(HikariText.Given name, Map<String, HikariText.Given> properties) {
        Class<?> type = type(name);
        if (!DataSource.class.isAssignableFrom(type)) {
            throw noDataSource(name);
        }
        Map<String, String> text = new TreeMap<>();
        properties.forEach((property, given) -> {
            setter(type, property, given);
            text.put(property, given.value());
        });
        TextProperties.check(type, text);
        DataSource made = make(type, name);
        properties.forEach((property, given) -> set(made, property, given));
        return made;
    }

    private static DataSource make(Class<?> type, HikariText.Given name) {
        try {
            return (DataSource) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw noDataSource(name);
        }
    }

    private static IllegalArgumentException noDataSource(HikariText.Given name) {
        return HikariValue.refused(name, "a javax.sql.DataSource with a public constructor without parameters");
    }

    /// Loads a driver, so that it makes itself known.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    static Class<?> driver(HikariText.Given name) {
        Class<?> type = type(name);
        if (!Driver.class.isAssignableFrom(type)) {
            throw HikariValue.refused(name, "a java.sql.Driver");
        }
        try {
            return Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw HikariValue.refused(name, "a class that can be loaded");
        }
    }

    /// Runs no code of the class: what is named by text may be any.
    private static Class<?> type(HikariText.Given name) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? NamedDataSource.class.getClassLoader() : context;
        try {
            return Class.forName(name.value().strip(), false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw HikariValue.refused(name, "a class on the class path");
        }
    }

    private static void set(DataSource made, String property, HikariText.Given given) {
        Method setter = setter(made.getClass(), property, given);
        try {
            setter.invoke(made, converted(setter.getParameterTypes()[0], given));
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("%s: the data source refuses the value (not shown) with %s: mend it"
                    .formatted(Text.shown(given.key()), Text.kind(e.getTargetException())));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    Text.shown(given.key()) + ": the data source's class is not public: give it with connections(…)");
        }
    }

    private static Method setter(Class<?> type, String property, HikariText.Given given) {
        List<Method> setters = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().matches("set.+") && method.getParameterCount() == 1)
                .filter(method -> TYPES.contains(method.getParameterTypes()[0]))
                .sorted(Comparator.comparingInt(method -> TYPES.indexOf(method.getParameterTypes()[0])))
                .toList();
        return setters.stream()
                .filter(method -> method.getName().equalsIgnoreCase("set" + property))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not a property of %s%s"
                        .formatted(Text.shown(given.key()), type.getName(), hint(setters, property))));
    }

    private static String hint(List<Method> setters, String property) {
        if (setters.isEmpty()) {
            return ", which has none: leave it out";
        }
        String nearest = TextSettings.nearest(
                setters.stream().map(method -> method.getName().substring(3)).toList(), property);
        return ": did you mean '%s'?".formatted(Character.toLowerCase(nearest.charAt(0)) + nearest.substring(1));
    }

    private static Object converted(Class<?> type, HikariText.Given given) {
        String text = given.value();
        try {
            return switch (type.getSimpleName()) {
                case "int" -> Integer.parseInt(text.strip());
                case "long" -> Long.parseLong(text.strip());
                case "short" -> Short.parseShort(text.strip());
                case "boolean" -> HikariValue.truth(new HikariText.Given(given.key(), text));
                case "char[]" -> text.toCharArray();
                default -> text;
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s must be %s (its value is not shown): mend the value"
                    .formatted(Text.shown(given.key()), type == boolean.class ? "true or false" : "a whole number"));
        }
    }
}
