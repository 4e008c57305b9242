package dev.aludel.sql;

import java.util.Set;

/// The dialects that come along.
public final class Dialects {
    /// PostgreSQL 10 and later.
    public static final Dialect POSTGRESQL = new PostgreSql();
    /// H2 2.x. Names in lower case are written without quotes, so H2 keeps them in upper case.
    ///
    /// Text and bytes are VARCHAR and VARBINARY, of at most 1,048,576: H2 has no key or index on a large object.
    public static final Dialect H2 = new H2();

    private Dialects() {}

    private record PostgreSql() implements Dialect {
        private static final Set<String> RESERVED = words("""
                all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
                collation column concurrently constraint create cross current_catalog current_date current_role
                current_schema current_time current_timestamp current_user default deferrable desc distinct do else
                end except false fetch for foreign freeze from full grant group having ilike in initially inner
                intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not
                notnull null offset on only or order outer overlaps placing primary references returning right select
                session_user similar some symmetric system_user table tablesample then to trailing true union unique
                user using variadic verbose when where window with""");

        @Override
        public String name() {
            return "postgresql";
        }

        @Override
        public Set<String> reservedWords() {
            return RESERVED;
        }

        @Override
        public int maximumNameBytes() {
            return 63;
        }

        @Override
        public String typeName(SqlType type) {
            return switch (type) {
                case SqlType.Plain.NUMERIC -> "NUMERIC";
                case SqlType.Plain.BINARY -> "BYTEA";
                case SqlType.Array(var element) -> typeName(element) + "[]";
                case SqlType other -> standardName(other);
            };
        }
    }

    private record H2() implements Dialect {
        private static final Set<String> RESERVED = words("""
                all and any array as asymmetric authorization between both case cast check constraint cross
                current_catalog current_date current_path current_role current_schema current_time current_timestamp
                current_user day default distinct else end except exists false fetch for foreign from full group
                groups having hour if ilike in inner intersect interval is join key leading left like limit localtime
                localtimestamp minus minute month natural not null offset on or order over partition primary qualify
                range regexp right row rownum rows second select session_user set some symmetric system_user table to
                top trailing true uescape union unique unknown user using value values when where window with year
                _rowid_""");

        @Override
        public String name() {
            return "h2";
        }

        @Override
        public Set<String> reservedWords() {
            return RESERVED;
        }

        @Override
        public int maximumNameBytes() {
            return 256;
        }

        @Override
        public String typeName(SqlType type) {
            return switch (type) {
                case SqlType.Plain.NUMERIC -> "DECFLOAT";
                case SqlType.Plain.TIME -> "TIME(9)";
                case SqlType.Plain.TIMESTAMP -> "TIMESTAMP(9)";
                case SqlType.Plain.TIMESTAMP_WITH_TIME_ZONE -> "TIMESTAMP(9) WITH TIME ZONE";
                case SqlType other -> standardName(other);
            };
        }

        @Override
        public ReturningStyle returningStyle() {
            return ReturningStyle.CHANGE_TABLE;
        }
    }

    /// What statements show in their `toString`: refuses nothing.
    record Standard() implements Dialect {
        @Override
        public String name() {
            return "standard";
        }

        @Override
        public Set<String> reservedWords() {
            return PostgreSql.RESERVED;
        }

        @Override
        public int maximumNameBytes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public String typeName(SqlType type) {
            return standardName(type);
        }
    }

    private static String standardName(SqlType type) {
        return switch (type) {
            case SqlType.Plain plain ->
                switch (plain) {
                    case SMALLINT, INTEGER, BIGINT, REAL, NUMERIC, BOOLEAN, UUID, DATE, TIME, TIMESTAMP -> plain.name();
                    case DOUBLE -> "DOUBLE PRECISION";
                    case TEXT -> "VARCHAR";
                    case BINARY -> "VARBINARY";
                    case TIMESTAMP_WITH_TIME_ZONE -> "TIMESTAMP WITH TIME ZONE";
                };
            case SqlType.Varchar(int length) -> "VARCHAR(" + length + ")";
            case SqlType.Decimal(int precision, int scale) -> "NUMERIC(" + precision + ", " + scale + ")";
            case SqlType.Array(var element) -> standardName(element) + " ARRAY";
        };
    }

    private static Set<String> words(String text) {
        return Set.of(text.split("\\s+"));
    }
}
