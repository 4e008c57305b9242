package dev.aludel.benchmarks;

import dev.aludel.benchmarks.Recovery.Window;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What was measured of one step, as a line of the raw results.
record StepResult(String load, Map<Figure, Double> figures, List<Window> windows) {
    /// The heading of the lines.
    static final String HEADING = "load\t"
            + Stream.of(Figure.values()).map(Figure::toString).collect(Collectors.joining("\t"))
            + "\tgood/arrived in each "
            + Recovery.WINDOW.toMillis()
            + " ms";

    StepResult {
        figures = Map.copyOf(figures);
        windows = List.copyOf(windows);
    }

    double figure(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    /// Whether it is what came after the highest load.
    boolean isBack() {
        return !Double.isNaN(figure(Figure.RECOVERY));
    }

    /// Returns how long it was looked at, in seconds.
    double looked() {
        return windows.size() * (Recovery.WINDOW.toMillis() / 1000.0);
    }

    String line() {
        return load + "\t"
                + Stream.of(Figure.values())
                        .map(this::figure)
                        .map(String::valueOf)
                        .collect(Collectors.joining("\t"))
                + "\t"
                + windows.stream()
                        .map(window -> window.good() + "/" + window.arrived())
                        .collect(Collectors.joining(" "));
    }

    static StepResult parse(String line) {
        String[] cells = line.split("\t", -1);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        int cell = 1;
        for (Figure figure : Figure.values()) {
            figures.put(figure, Double.valueOf(cells[cell++]));
        }
        return new StepResult(cells[0], figures, windows(cells[cells.length - 1]));
    }

    private static List<Window> windows(String cell) {
        return Arrays.stream(cell.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split("/"))
                .map(parts -> new Window(Integer.parseInt(parts[1]), Integer.parseInt(parts[0])))
                .toList();
    }
}
