package dev.aludel.processor;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import dev.aludel.sql.Named;
import dev.aludel.sql.ToOne;
import dev.aludel.sql.Version;
import java.io.IOException;
import java.io.Writer;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;

/// Writes, for each class annotated with [Entity], two classes into its package.
///
/// - `Trip_`, a table object with a typed column for each field and a reader of rows by position.
/// - `Trip_Mapper`, if `dev.aludel.orm` can be seen from there: the typed snapshot of an object and what has changed
///   since; `Trip_` then implements `dev.aludel.orm.Mapped<Trip>`.
///
/// A field becomes a column named in snake case, `startedAt` → `started_at`, unless [Named] says otherwise. It is
/// NOT NULL unless it is annotated `@Nullable`; an id is always NOT NULL. `static` and `transient` fields are left
/// out. What cannot be mapped is an error of compilation at the annotation or the field, with a remedy.
///
/// Each generated class depends on its entity alone (and on the id's type of what it refers to), so incremental
/// builds may run the processor for changed files only.
public final class EntityProcessor extends AbstractProcessor {
    private static final List<Class<? extends Annotation>> ON_FIELDS =
            List.of(Id.class, Generated.class, Version.class, Named.class, ToOne.class);

    /// For the compiler, which finds the processor by its service file or its module.
    public EntityProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        Set<String> types = ON_FIELDS.stream().map(Class::getName).collect(Collectors.toSet());
        types.add(Entity.class.getName());
        return types;
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        ON_FIELDS.forEach(annotation -> refuseStrays(annotation, round));
        for (Element entity : round.getElementsAnnotatedWith(Entity.class)) {
            new EntityReader(processingEnv, new Mistakes(processingEnv.getMessager()))
                    .read((TypeElement) entity)
                    .ifPresent(this::write);
        }
        return false;
    }

    private void refuseStrays(Class<? extends Annotation> annotation, RoundEnvironment round) {
        for (Element field : round.getElementsAnnotatedWith(annotation)) {
            if (field.getEnclosingElement() instanceof TypeElement owner && owner.getAnnotation(Entity.class) == null) {
                String mark = "@" + annotation.getSimpleName();
                Name name = owner.getSimpleName();
                new Mistakes(processingEnv.getMessager())
                        .at(
                                field,
                                annotation,
                                "%s on %s.%s has no effect, since %s is no entity: annotate the class with @Entity, or remove %s"
                                        .formatted(mark, name, field, name, mark));
            }
        }
    }

    private void write(EntityModel entity) {
        Surroundings surroundings = Surroundings.of(entity, processingEnv.getElementUtils());
        write(entity, entity.tableClass(), new TableSource(entity, surroundings).text());
        if (surroundings.hasOrm()) {
            write(entity, entity.mapperClass(), new MapperSource(entity, surroundings).text());
        }
    }

    private void write(EntityModel entity, ClassName name, String text) {
        try (Writer writer = processingEnv
                .getFiler()
                .createSourceFile(name.qualified(), entity.element())
                .openWriter()) {
            writer.write(text);
        } catch (IOException e) {
            new Mistakes(processingEnv.getMessager())
                    .at(entity.element(), "cannot write " + name.qualified() + ": " + e.getMessage());
        }
    }
}
