package dev.aludel.sql;

/// What is true, false or unknown for a row. Made by the methods of [Expression]; plain immutable data.
///
/// Conditions may be combined to any depth. Their text form hides the values.
public sealed interface Condition extends Node.Step
        permits Node.Compare, Node.In, Node.Between, Node.Like, Node.IsNull, Node.Junction, Node.Not {
    /// True where both are.
    default Condition and(Condition other) {
        return new Node.Junction(Node.Word.AND, this, other);
    }

    /// True where at least one is.
    default Condition or(Condition other) {
        return new Node.Junction(Node.Word.OR, this, other);
    }

    /// True where this is false; unknown stays unknown.
    default Condition not() {
        return new Node.Not(this);
    }
}
