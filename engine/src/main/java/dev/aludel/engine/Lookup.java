package dev.aludel.engine;

/// A statement's text and how it came about, for the badge in the log.
///
/// @param since the begin of the rendering, or for a cached text when it was rendered, on the engine's ticker
record Lookup(Compiled compiled, Origin origin, long since) {
    enum Origin {
        GENERATED,
        CACHED,
        CACHING_DISABLED
    }

    String sql() {
        return compiled.sql();
    }

    /// Returns the model's badge, without its brackets.
    String badge(long now) {
        double seconds = (now - since) / 1e9;
        return switch (origin) {
            case GENERATED -> "generated in " + PythonText.fiveDecimals(seconds) + "s";
            case CACHED -> "cached since " + PythonText.fourDigits(seconds) + "s ago";
            case CACHING_DISABLED -> "caching disabled " + PythonText.fiveDecimals(seconds) + "s";
        };
    }
}
