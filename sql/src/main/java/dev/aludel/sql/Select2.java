package dev.aludel.sql;

/// A select of two things, to be put into an object by [#as].
public final class Select2<A, B> extends Selection<Select2<A, B>> {
    private final Selectable<A> a;
    private final Selectable<B> b;

    Select2(SelectBody body, Selectable<A> a, Selectable<B> b) {
        super(body);
        this.a = a;
        this.b = b;
    }

    @Override
    Select2<A, B> with(SelectBody changed) {
        return new Select2<>(changed, a, b);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(Constructor<? super A, ? super B, ? extends R> constructor) {
        int bFirst = 1 + a.expressions().size();
        return new Select<>(body, row -> constructor.create(a.read(row, 1), b.read(row, bFirst)));
    }

    /// Makes an object of two values.
    @FunctionalInterface
    public interface Constructor<A, B, R> {
        R create(A a, B b);
    }
}
