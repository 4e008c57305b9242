package dev.aludel.sql;

/// A select of six things, to be put into an object by [#as].
public final class Select6<A, B, C, D, E, F> extends Selection<Select6<A, B, C, D, E, F>> {
    private final Selectable<A> a;
    private final Selectable<B> b;
    private final Selectable<C> c;
    private final Selectable<D> d;
    private final Selectable<E> e;
    private final Selectable<F> f;

    Select6(
            SelectBody body,
            Selectable<A> a,
            Selectable<B> b,
            Selectable<C> c,
            Selectable<D> d,
            Selectable<E> e,
            Selectable<F> f) {
        super(body);
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
        this.e = e;
        this.f = f;
    }

    @Override
    Select6<A, B, C, D, E, F> with(SelectBody changed) {
        return new Select6<>(changed, a, b, c, d, e, f);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(
            Constructor<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? extends R> constructor) {
        int bFirst = 1 + a.expressions().size();
        int cFirst = bFirst + b.expressions().size();
        int dFirst = cFirst + c.expressions().size();
        int eFirst = dFirst + d.expressions().size();
        int fFirst = eFirst + e.expressions().size();
        return new Select<>(
                body,
                row -> constructor.create(
                        a.read(row, 1),
                        b.read(row, bFirst),
                        c.read(row, cFirst),
                        d.read(row, dFirst),
                        e.read(row, eFirst),
                        f.read(row, fFirst)));
    }

    /// Makes an object of six values.
    @FunctionalInterface
    public interface Constructor<A, B, C, D, E, F, R> {
        R create(A a, B b, C c, D d, E e, F f);
    }
}
