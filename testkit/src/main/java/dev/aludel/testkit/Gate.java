package dev.aludel.testkit;

import java.util.HashSet;
import java.util.Set;

/// Where calls hang until a test lets them go on. Made by [Script#hangs].
///
/// ```java
/// Gate connecting = database.next("connect").hangs();
/// Caller<Connection> caller = Caller.start("caller", pool::getConnection);
/// connecting.awaitHanging(1);
/// …
/// connecting.open();
/// ```
public final class Gate {
    private final Watched state = new Watched();
    private final Set<Stall> hanging = new HashSet<>();
    private final boolean deaf;
    private boolean open;

    Gate(boolean deaf) {
        this.deaf = deaf;
    }

    /// Makes the calling thread's stall, which nobody sees hang before it enters.
    Stall stall() {
        return Stall.forGood(deaf);
    }

    /// Takes a stall in, or ends it if the gate is open.
    void enter(Stall stall) {
        state.change(() -> {
            if (open) {
                stall.end(Stall.Ending.GO_ON);
            } else {
                hanging.add(stall);
            }
            return null;
        });
    }

    void leave(Stall stall) {
        state.change(() -> hanging.remove(stall));
    }

    /// Lets all calls go on that hang here, and those that come later pass.
    public void open() {
        state.change(() -> {
            open = true;
            hanging.forEach(stall -> stall.end(Stall.Ending.GO_ON));
            hanging.clear();
            return null;
        });
    }

    /// Gives how many calls hang here now.
    public int hanging() {
        return state.read(hanging::size);
    }

    /// Waits until exactly so many calls hang here, at most 10 s of real time.
    ///
    /// @throws AssertionError if that did not happen
    public void awaitHanging(int calls) {
        state.await(() -> hanging.size() == calls, () -> calls + " calls to hang, but there were " + hanging.size());
    }

    @Override
    public String toString() {
        return state.read(() -> (open ? "open gate" : "closed gate, " + hanging.size() + " calls hang"));
    }
}
