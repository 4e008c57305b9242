package dev.aludel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Draws three kinds of panels, one below the other, on one SVG page: bars with their range, marks on an axis of
/// powers of ten, and lines.
final class Chart {
    private static final int LEFT = 130;
    private static final int WIDTH = 620;
    private static final int LINE = 18;
    private static final int TALL = 180;
    private static final List<String> COLOURS =
            List.of("#1b7837", "#4575b4", "#e08214", "#b2182b", "#762a83", "#35978f", "#8c510a", "#636363");

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

    /// What the distance from the bottom of a panel stands for.
    enum Scale {
        PERCENT,
        POWERS
    }

    /// Adds a panel of lines over the same places; where a value is NaN the line is broken.
    void lines(String title, List<String> places, List<Marks> rows, Scale scale) {
        title(title);
        legend(rows);
        Axis axis = Axis.of(rows, scale);
        int bottom = height + TALL;
        for (double tick : axis.ticks()) {
            int y = bottom - (int) Math.round(axis.part(tick) * TALL);
            parts.add(format(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>", LEFT, LEFT + WIDTH, y, y));
            parts.add(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 10, y + 4, number(tick)));
        }
        for (int i = 0; i < rows.size(); i++) {
            line(rows.get(i).values(), places.size(), axis, bottom, colour(i));
        }
        height = bottom + LINE;
        for (int i = 0; i < places.size(); i++) {
            text(LEFT + place(i, places.size()), places.get(i), "middle");
        }
        height += LINE;
    }

    private void legend(List<Marks> rows) {
        int inARow = 4;
        for (int i = 0; i < rows.size(); i++) {
            int x = LEFT + (i % inARow) * (WIDTH / inARow);
            height += i > 0 && i % inARow == 0 ? LINE : 0;
            circle(x, colour(i));
            text(x + 8, rows.get(i).label(), "start");
        }
        height += LINE;
    }

    private void line(List<Double> values, int places, Axis axis, int bottom, String colour) {
        StringBuilder path = new StringBuilder();
        String next = "M";
        for (int i = 0; i < values.size(); i++) {
            double part = axis.part(values.get(i));
            if (Double.isNaN(part)) {
                next = "M";
                continue;
            }
            int x = LEFT + place(i, places);
            int y = bottom - (int) Math.round(part * TALL);
            path.append(format("%s%d %d", next, x, y));
            parts.add(format("<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>", x, y, colour));
            next = "L";
        }
        if (!path.isEmpty()) {
            parts.add(format("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, colour));
        }
    }

    private static int place(int index, int places) {
        return scaled((index + 0.5) / places);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? format("%.0f", value) : format("%s", value);
    }

    /// Where a value lies between the bottom and the top of a panel.
    private record Axis(Scale scale, double low, double high) {
        private static final double STEP = 25;

        static Axis of(List<Marks> rows, Scale scale) {
            double[] all = rows.stream()
                    .flatMap(row -> row.values().stream())
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> value > 0 && Double.isFinite(value))
                    .toArray();
            return switch (scale) {
                case PERCENT -> new Axis(scale, 0, Math.ceil(most(all) / STEP) * STEP);
                case POWERS ->
                    new Axis(scale, Math.floor(Math.log10(least(all))), Math.ceil(Math.log10(Math.max(10, most(all)))));
            };
        }

        /// Returns 0 for the bottom, 1 for the top, NaN for what is nowhere.
        double part(double value) {
            return switch (scale) {
                case PERCENT -> value / high;
                case POWERS -> (Math.max(low, Math.log10(value)) - low) / (high - low);
            };
        }

        double[] ticks() {
            return switch (scale) {
                case PERCENT ->
                    IntStream.rangeClosed(0, (int) (high / STEP))
                            .mapToDouble(i -> i * STEP)
                            .toArray();
                case POWERS ->
                    IntStream.rangeClosed((int) low, (int) high)
                            .mapToDouble(power -> Math.pow(10, power))
                            .toArray();
            };
        }
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
