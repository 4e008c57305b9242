package dev.aludel.processor;

import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/// The name of a class, with its package (empty for none) and its path within: `State`, or `Trip.State` if nested.
record ClassName(String packageName, String path) {

    /// Names a class by its qualified name, which is of a top-level class in a package.
    static ClassName of(String qualified) {
        int dot = qualified.lastIndexOf('.');
        return new ClassName(qualified.substring(0, dot), qualified.substring(dot + 1));
    }

    /// Names a class by its declaration. `TypeMirror.toString` would not do: it prints annotations too.
    static ClassName of(TypeElement type, Elements elements) {
        String path = type.getSimpleName().toString();
        for (Element each = type.getEnclosingElement();
                each instanceof TypeElement outer;
                each = outer.getEnclosingElement()) {
            path = outer.getSimpleName() + "." + path;
        }
        return new ClassName(elements.getPackageOf(type).getQualifiedName().toString(), path);
    }

    String qualified() {
        return packageName.isEmpty() ? path : packageName + "." + path;
    }

    /// Returns the top-level class that this one is or is nested in.
    ClassName outermost() {
        int dot = path.indexOf('.');
        return dot < 0 ? this : new ClassName(packageName, path.substring(0, dot));
    }

    /// Returns a class beside this top-level one, with something appended to the name.
    ClassName with(String suffix) {
        return new ClassName(packageName, path + suffix);
    }
}
