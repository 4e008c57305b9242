/// Writes the typed table object of each entity class at compile time, and what a session needs to know of it.
module dev.aludel.processor {
    requires java.compiler;
    requires dev.aludel.sql;
    requires static org.jspecify;

    exports dev.aludel.processor;

    provides javax.annotation.processing.Processor with
            dev.aludel.processor.EntityProcessor;
}
