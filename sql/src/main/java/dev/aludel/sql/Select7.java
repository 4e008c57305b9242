package dev.aludel.sql;

/// A select of seven things, to be put into an object by [#as].
public final class Select7<A, B, C, D, E, F, G> extends Selection<Select7<A, B, C, D, E, F, G>> {
    private final Selectable<A> a;
    private final Selectable<B> b;
    private final Selectable<C> c;
    private final Selectable<D> d;
    private final Selectable<E> e;
    private final Selectable<F> f;
    private final Selectable<G> g;

    Select7(
            SelectBody body,
            Selectable<A> a,
            Selectable<B> b,
            Selectable<C> c,
            Selectable<D> d,
            Selectable<E> e,
            Selectable<F> f,
            Selectable<G> g) {
        super(body);
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
        this.e = e;
        this.f = f;
        this.g = g;
    }

    @Override
    Select7<A, B, C, D, E, F, G> with(SelectBody changed) {
        return new Select7<>(changed, a, b, c, d, e, f, g);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(
            Constructor<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? super G, ? extends R>
                    constructor) {
        int bFirst = 1 + a.expressions().size();
        int cFirst = bFirst + b.expressions().size();
        int dFirst = cFirst + c.expressions().size();
        int eFirst = dFirst + d.expressions().size();
        int fFirst = eFirst + e.expressions().size();
        int gFirst = fFirst + f.expressions().size();
        return new Select<>(
                body,
                row -> constructor.create(
                        a.read(row, 1),
                        b.read(row, bFirst),
                        c.read(row, cFirst),
                        d.read(row, dFirst),
                        e.read(row, eFirst),
                        f.read(row, fFirst),
                        g.read(row, gFirst)));
    }

    /// Makes an object of seven values.
    @FunctionalInterface
    public interface Constructor<A, B, C, D, E, F, G, R> {
        R create(A a, B b, C c, D d, E e, F f, G g);
    }
}
