package dev.aludel.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a pool with [Settings#sqlalchemy] should do, said once more in the plainest way: one thread, lists, and every
/// connect, close and hand-over done at once. Milliseconds.
final class ReferencePool {
    static final double TIMEOUT = 2_000.5; // never at the same instant as the end of a pause
    static final int RECYCLE = 5_000;

    enum State {
        EMPTY,
        IDLE,
        BUSY
    }

    /// Where a connection sits.
    static final class Place {
        final int index;
        State state = State.EMPTY;
        double opened;
        int generation;
        boolean broken;

        Place(int index) {
            this.index = index;
        }
    }

    /// How a wish ended: a place, or an SQLState.
    record Answer(@Nullable Place place, String error) {}

    final List<Place> places = new ArrayList<>();
    final Map<String, Double> queue = new TreeMap<>(); // deadlines; names are in the order of their asking
    final Deque<String> order = new ArrayDeque<>();
    final Map<String, Answer> answers = new TreeMap<>();
    final Map<String, Integer> events = new TreeMap<>();
    final Set<Integer> opened = new HashSet<>(); // places that got a connection in this step

    int size;
    int maxOverflow;
    int connects;
    boolean suspended;
    boolean refusing;
    double now;
    private int generation;
    private double pause = 100;
    private double pausedUntil = -1;
    private boolean isUp = true; // the server gave a connection since it last refused one

    ReferencePool(int size, int maxOverflow) {
        resize(size, maxOverflow);
    }

    int count(State state) {
        return (int) places.stream().filter(place -> place.state == state).count();
    }

    private void tell(String event) {
        events.merge(event, 1, Integer::sum);
    }

    private @Nullable Place lowest(Predicate<Place> wanted) {
        return places.stream().filter(wanted).findFirst().orElse(null);
    }

    private boolean isBeyond(Place place) {
        return place.index >= size + maxOverflow;
    }

    private boolean isFresh(Place place) {
        return place.generation == generation && now - place.opened < RECYCLE;
    }

    void ask(String who) {
        queue.put(who, now + TIMEOUT);
        Place idle = order.isEmpty() ? lowest(place -> place.state == State.IDLE) : null;
        if (idle == null) {
            tell("waiting");
            order.add(who);
            grow();
        } else {
            serve(who, idle);
        }
    }

    private void serve(String who, Place place) {
        place.state = State.BUSY;
        if (isFresh(place)) {
            lend(who, place);
            return;
        }
        Place fit = lowest(other -> other.state == State.IDLE && isFresh(other));
        if (fit == null) {
            order.addFirst(who);
        } else {
            fit.state = State.BUSY;
            lend(who, fit);
        }
        tell("closed");
        connect(place);
    }

    private void lend(String who, Place place) {
        queue.remove(who);
        answers.put(who, new Answer(place, ""));
        tell("checkedOut");
    }

    private void connect(Place place) {
        connects++;
        place.state = State.EMPTY;
        if (refusing) {
            failed();
            return;
        }
        tell("connected");
        opened.add(place.index);
        place.state = State.BUSY;
        place.opened = now;
        place.generation = generation;
        place.broken = false;
        pause = 100;
        isUp = true;
        release(place);
        grow();
    }

    private void failed() {
        Place idle = order.isEmpty() ? null : lowest(place -> place.state == State.IDLE);
        if (idle != null) {
            serve(order.remove(), idle);
        } else if (count(State.BUSY) > 0) {
            pauseUnlessItDoes();
        } else if (!order.isEmpty()) {
            end(order.remove(), "08001");
        }
        grow();
    }

    private void pauseUnlessItDoes() {
        isUp = false;
        if (pausedUntil < 0) {
            pause = Math.min(800, 3 * pause); // the longest that may be drawn
            pausedUntil = now + pause;
        }
    }

    private boolean pauses() {
        return pausedUntil >= 0 && !isUp && count(State.BUSY) > 0;
    }

    private void end(String who, String error) {
        order.remove(who);
        queue.remove(who);
        answers.put(who, new Answer(null, error));
    }

    private void release(Place place) {
        boolean unwanted = place.index >= size && order.isEmpty();
        if (unwanted || suspended || isBeyond(place)) {
            retire(place);
        } else if (order.isEmpty()) {
            place.state = State.IDLE;
        } else {
            serve(order.remove(), place);
        }
    }

    private void retire(Place place) {
        place.state = State.EMPTY;
        tell("closed");
        grow();
    }

    private void grow() {
        Place empty = lowest(place -> place.state == State.EMPTY && !isBeyond(place));
        if (!order.isEmpty() && empty != null && !suspended && !pauses()) {
            connect(empty);
            grow();
        }
    }

    void giveBack(Place place) {
        if (!place.broken) {
            tell("reset");
        }
        tell("checkedIn");
        if (place.broken || place.generation != generation) {
            retire(place);
        } else {
            release(place);
        }
    }

    void breakDown(Place place) {
        if (!place.broken) {
            place.broken = true;
            tell("invalidated");
        }
    }

    void invalidate() {
        generation++;
        retireIdle(place -> true);
    }

    private void retireIdle(Predicate<Place> which) {
        places.stream()
                .filter(place -> place.state == State.IDLE && which.test(place))
                .forEach(this::retire);
    }

    void resize(int nextSize, int nextOverflow) {
        size = nextSize;
        maxOverflow = nextOverflow;
        while (places.size() < size + maxOverflow) {
            places.add(new Place(places.size()));
        }
        retireIdle(this::isBeyond);
        grow();
    }

    void suspend() {
        suspended = true;
        invalidate();
    }

    void resume() {
        suspended = false;
        grow();
    }

    void interrupt(String who) {
        end(who, "57014");
    }

    /// Returns when something happens by itself next.
    double next() {
        double first =
                queue.values().stream().mapToDouble(Double::doubleValue).min().orElse(Double.MAX_VALUE);
        return pausedUntil < 0 ? first : Math.min(first, pausedUntil);
    }

    void advanceTo(double time) {
        now = time;
        if (pausedUntil >= 0 && pausedUntil <= now) {
            pausedUntil = -1;
            grow();
        }
        for (String who : List.copyOf(order)) {
            if (queue.getOrDefault(who, Double.MAX_VALUE) <= now) {
                tell("timedOut");
                end(who, "HYT00");
            }
        }
    }
}
