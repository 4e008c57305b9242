package dev.aludel.pool;

/// Who connects: a user and a password, or a token in its place. Its text shows neither.
///
/// @param user     the database user
/// @param password the password or token
public record Credentials(String user, String password) {
    /// Returns a text without the values.
    @Override
    public String toString() {
        return "Credentials (not shown)";
    }
}
