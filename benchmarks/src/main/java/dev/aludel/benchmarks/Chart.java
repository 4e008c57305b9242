package dev.aludel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Draws two kinds of panels, one below the other, on one SVG page: bars with their range, and marks on an
/// axis of powers of ten.
final class Chart {
    private static final int LEFT = 130;
    private static final int WIDTH = 620;
    private static final int LINE = 18;
    private static final List<String> COLOURS = List.of("#1b7837", "#4575b4", "#e08214", "#b2182b");

    private final List<String> parts = new ArrayList<>();
    private int height = 10;

    /// A bar and what it ranges over.
    record Bar(String label, double value, double least, double most) {}

    /// Marks of one label, in the order of the legend.
    record Marks(String label, List<Double> values) {
        Marks {
            values = List.copyOf(values);
        }
    }

    /// Adds a panel of bars, from 0 to the highest.
    void bars(String title, List<Bar> bars) {
        double most = bars.stream()
                .mapToDouble(Bar::most)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        title(title);
        for (Bar bar : bars) {
            label(bar.label());
            if (Double.isFinite(bar.value())) {
                rectangle(LEFT, scaled(bar.value() / most), "#a6bddb");
                line(LEFT + scaled(bar.least() / most), LEFT + scaled(bar.most() / most));
                text(LEFT + WIDTH + 8, format("%.2f", bar.value()), "start");
            }
            height += LINE;
        }
    }

    /// Adds a panel of marks, such as percentiles of a time in milliseconds.
    void marks(String title, List<String> legend, List<Marks> rows) {
        double[] all = rows.stream()
                .flatMap(row -> row.values().stream())
                .mapToDouble(Double::doubleValue)
                .filter(value -> value > 0 && Double.isFinite(value))
                .toArray();
        int low = (int) Math.floor(Math.log10(least(all)));
        int high = Math.max(low + 1, (int) Math.ceil(Math.log10(most(all))));
        title(title);
        for (int i = 0; i < legend.size(); i++) {
            circle(LEFT + i * 90, colour(i));
            text(LEFT + i * 90 + 8, legend.get(i), "start");
        }
        height += LINE;
        for (Marks row : rows) {
            label(row.label());
            line(LEFT, LEFT + WIDTH);
            for (int i = 0; i < row.values().size(); i++) {
                double power = Math.log10(Math.max(row.values().get(i), Math.pow(10, low)));
                circle(LEFT + scaled((power - low) / (high - low)), colour(i));
            }
            height += LINE;
        }
        for (int power = low; power <= high; power++) {
            text(LEFT + scaled((double) (power - low) / (high - low)), axis(power), "middle");
        }
        height += LINE;
    }

    /// Returns the page.
    String svg() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s
                </svg>
                """.formatted(LEFT + WIDTH + 80, height + 10, String.join("\n", parts));
    }

    private static double least(double[] values) {
        double least = 1;
        for (double value : values) {
            least = Math.min(least, value);
        }
        return Math.max(least, 0.001);
    }

    private static double most(double[] values) {
        double most = 1;
        for (double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    private static String axis(int power) {
        return power < 0 ? "0." + "0".repeat(-power - 1) + "1" : format("%.0f", Math.pow(10, power));
    }

    private static int scaled(double part) {
        return (int) Math.round(part * WIDTH);
    }

    private static String colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    private void title(String title) {
        height += LINE;
        parts.add(format("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", LEFT, height, escaped(title)));
        height += LINE;
    }

    private void label(String label) {
        text(LEFT - 10, label, "end");
    }

    private void text(int x, String text, String anchor) {
        parts.add(format("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, height + 4, anchor, escaped(text)));
    }

    private void rectangle(int x, int width, String colour) {
        parts.add(format(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\" fill=\"%s\"/>", x, height - 6, width, colour));
    }

    private void line(int from, int to) {
        parts.add(format(
                "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#666\" stroke-width=\"1\"/>",
                from, to, height, height));
    }

    private void circle(int x, String colour) {
        parts.add(format("<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/>", x, height, colour));
    }

    @SuppressWarnings("AnnotateFormatMethod") // no annotations of Error Prone on the class path
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
