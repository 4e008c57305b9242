package dev.aludel.sql;

/// A select of five things, to be put into an object by [#as].
public final class Select5<A, B, C, D, E> extends Selection<Select5<A, B, C, D, E>> {
    private final Selectable<A> a;
    private final Selectable<B> b;
    private final Selectable<C> c;
    private final Selectable<D> d;
    private final Selectable<E> e;

    Select5(SelectBody body, Selectable<A> a, Selectable<B> b, Selectable<C> c, Selectable<D> d, Selectable<E> e) {
        super(body);
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
        this.e = e;
    }

    @Override
    Select5<A, B, C, D, E> with(SelectBody changed) {
        return new Select5<>(changed, a, b, c, d, e);
    }

    /// Puts each row into an object, by a constructor such as `Trip::new` or any other function.
    public <R> Select<R> as(
            Constructor<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R> constructor) {
        int bFirst = 1 + a.expressions().size();
        int cFirst = bFirst + b.expressions().size();
        int dFirst = cFirst + c.expressions().size();
        int eFirst = dFirst + d.expressions().size();
        return new Select<>(
                body,
                row -> constructor.create(
                        a.read(row, 1),
                        b.read(row, bFirst),
                        c.read(row, cFirst),
                        d.read(row, dFirst),
                        e.read(row, eFirst)));
    }

    /// Makes an object of five values.
    @FunctionalInterface
    public interface Constructor<A, B, C, D, E, R> {
        R create(A a, B b, C c, D d, E e);
    }
}
