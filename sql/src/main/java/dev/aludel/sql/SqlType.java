package dev.aludel.sql;

import java.sql.JDBCType;

/// What kind of column a value is stored in. A [Dialect] spells it.
public sealed interface SqlType {
    /// Returns the code of `java.sql.Types` that JDBC knows this kind by.
    int jdbcCode();

    /// The kinds that need no further detail.
    enum Plain implements SqlType {
        SMALLINT(JDBCType.SMALLINT),
        INTEGER(JDBCType.INTEGER),
        BIGINT(JDBCType.BIGINT),
        REAL(JDBCType.REAL),
        DOUBLE(JDBCType.DOUBLE),
        /// An exact decimal number of any precision and scale.
        NUMERIC(JDBCType.NUMERIC),
        BOOLEAN(JDBCType.BOOLEAN),
        /// Text of any length; in H2, whose VARCHAR it is, of at most 1,048,576 characters.
        TEXT(JDBCType.VARCHAR),
        /// Bytes, any number of them; in H2 at most 1,048,576.
        BINARY(JDBCType.BINARY),
        UUID(JDBCType.OTHER),
        DATE(JDBCType.DATE),
        TIME(JDBCType.TIME),
        TIMESTAMP(JDBCType.TIMESTAMP),
        /// A moment: date, time and offset from UTC.
        TIMESTAMP_WITH_TIME_ZONE(JDBCType.TIMESTAMP_WITH_TIMEZONE);

        private final JDBCType jdbcType;

        Plain(JDBCType jdbcType) {
            this.jdbcType = jdbcType;
        }

        @Override
        public int jdbcCode() {
            return jdbcType.getVendorTypeNumber();
        }
    }

    /// Text of at most so many characters.
    record Varchar(int length) implements SqlType {
        public Varchar {
            if (length < 1) throw new IllegalArgumentException("length must be 1 or more, but was " + length);
        }

        @Override
        public int jdbcCode() {
            return JDBCType.VARCHAR.getVendorTypeNumber();
        }
    }

    /// An exact decimal number of so many digits, `scale` of them behind the point.
    record Decimal(int precision, int scale) implements SqlType {
        public Decimal {
            if (precision < 1) throw new IllegalArgumentException("precision must be 1 or more, but was " + precision);
            if (scale < 0 || scale > precision) {
                throw new IllegalArgumentException(
                        "scale must be from 0 to the precision of " + precision + ", but was " + scale);
            }
        }

        @Override
        public int jdbcCode() {
            return JDBCType.NUMERIC.getVendorTypeNumber();
        }
    }

    /// An array of elements of one kind.
    record Array(SqlType element) implements SqlType {
        @Override
        public int jdbcCode() {
            return JDBCType.ARRAY.getVendorTypeNumber();
        }
    }
}
