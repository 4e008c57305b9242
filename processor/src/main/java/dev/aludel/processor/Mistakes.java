package dev.aludel.processor;

import java.lang.annotation.Annotation;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic.Kind;

/// What is wrong with one entity, reported where the programmer has to change something.
final class Mistakes {
    private final Messager messager;
    private int count;

    Mistakes(Messager messager) {
        this.messager = messager;
    }

    /// Reports a mistake at the declaration itself.
    void at(Element element, String text) {
        count++;
        messager.printMessage(Kind.ERROR, text, element);
    }

    /// Reports a mistake at an annotation of the declaration.
    void at(Element element, Class<? extends Annotation> annotation, String text) {
        count++;
        messager.printMessage(Kind.ERROR, text, element, mirror(element, annotation));
    }

    /// Says whether the entity can be mapped as it stands.
    boolean none() {
        return count == 0;
    }

    private static AnnotationMirror mirror(Element element, Class<? extends Annotation> annotation) {
        return element.getAnnotationMirrors().stream()
                .filter(mirror -> mirror.getAnnotationType().toString().equals(annotation.getName()))
                .findFirst()
                .orElseThrow();
    }
}
