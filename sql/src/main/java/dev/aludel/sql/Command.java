package dev.aludel.sql;

/// A statement that gives no rows.
public sealed interface Command extends Statement permits Insert, Update, Delete, CreateTable, DropTable, RawCommand {}
