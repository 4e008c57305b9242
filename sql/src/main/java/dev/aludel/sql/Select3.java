package dev.aludel.sql;

/// A select of three things, to be put into an object by [#as].
public final class Select3<A, B, C> extends Selection<Select3<A, B, C>> {
    private final Selectable<A> a;
    private final Selectable<B> b;
    private final Selectable<C> c;

    Select3(SelectBody body, Selectable<A> a, Selectable<B> b, Selectable<C> c) {
        super(body);
        this.a = a;
        this.b = b;
        this.c = c;
    }

    @Override
    Select3<A, B, C> with(SelectBody changed) {
        return new Select3<>(changed, a, b, c);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(Constructor<? super A, ? super B, ? super C, ? extends R> constructor) {
        int bFirst = 1 + a.expressions().size();
        int cFirst = bFirst + b.expressions().size();
        return new Select<>(body, row -> constructor.create(a.read(row, 1), b.read(row, bFirst), c.read(row, cFirst)));
    }

    /// Makes an object of three values.
    @FunctionalInterface
    public interface Constructor<A, B, C, R> {
        R create(A a, B b, C c);
    }
}
