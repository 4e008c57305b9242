package dev.aludel.sql;

/// A select of four things, to be put into an object by [#as].
public final class Select4<A, B, C, D> extends Selection<Select4<A, B, C, D>> {
    private final Selectable<A> a;
    private final Selectable<B> b;
    private final Selectable<C> c;
    private final Selectable<D> d;

    Select4(SelectBody body, Selectable<A> a, Selectable<B> b, Selectable<C> c, Selectable<D> d) {
        super(body);
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
    }

    @Override
    Select4<A, B, C, D> with(SelectBody changed) {
        return new Select4<>(changed, a, b, c, d);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(Constructor<? super A, ? super B, ? super C, ? super D, ? extends R> constructor) {
        int bFirst = 1 + a.expressions().size();
        int cFirst = bFirst + b.expressions().size();
        int dFirst = cFirst + c.expressions().size();
        return new Select<>(
                body,
                row -> constructor.create(
                        a.read(row, 1), b.read(row, bFirst), c.read(row, cFirst), d.read(row, dFirst)));
    }

    /// Makes an object of four values.
    @FunctionalInterface
    public interface Constructor<A, B, C, D, R> {
        R create(A a, B b, C c, D d);
    }
}
