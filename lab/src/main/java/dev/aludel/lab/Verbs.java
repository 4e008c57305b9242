package dev.aludel.lab;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/// Makes the verbs, all of which write to one page.
record Verbs(Page page) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == Demo.class) {
            return type.cast(new Demo(page));
        }
        if (type == HoldAndWait.class) {
            return type.cast(new HoldAndWait(page));
        }
        if (type == Trace.class) {
            return type.cast(new Trace(page));
        }
        return CommandLine.defaultFactory().create(type);
    }
}
