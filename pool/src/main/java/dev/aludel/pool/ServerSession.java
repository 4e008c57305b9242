package dev.aludel.pool;

/// The server's session that serves a connection at a moment, as the server itself tells.
///
/// @param id    by which number it is known there; see [Backend#id]
/// @param began when it began, in the server's words: with the number it tells it from all others
public record ServerSession(long id, String began) {}
