package dev.aludel.engine;

/// What the cache of rendered statements has done since the engine was made.
///
/// @param size how many texts it holds
/// @param capacity how many it is cut back to when it has grown half as many again; 0 if it is off
/// @param hits statements whose text was there
/// @param misses statements whose text had to be rendered
public record CacheStatistics(int size, int capacity, long hits, long misses) {}
