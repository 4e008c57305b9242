package dev.aludel.pool;

/// A bug put into the pool's source on purpose.
///
/// @param number      its number on the page
/// @param bug         what goes wrong, in a few words
/// @param source      where such a bug was real, or what it breaks here
/// @param file        the class whose source is changed
/// @param text        what is replaced; it must be there once
/// @param replacement by what
/// @param killer      the test that must fail, as `Class#method`
record Mutant(int number, String bug, String source, String file, String text, String replacement, String killer) {
    String testClass() {
        return killer.substring(0, killer.indexOf('#'));
    }

    String testMethod() {
        return killer.substring(killer.indexOf('#') + 1);
    }

    @Override
    public String toString() {
        return number + ", " + bug;
    }
}
