package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.Postgres;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import javax.xml.transform.stream.StreamSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// LOBs, arrays and XML of real drivers, which cast what they are given back.
@DisplayNameGeneration(ReplaceUnderscores.class)
class LargeValuesOfDriversTest {
    private static void assertOver(Attempted use) {
        assertThatThrownBy(use::run)
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).hasFieldOrPropertyWithValue("SQLState", "08003"),
                        thrown -> assertThat(thrown.getCause()).hasFieldOrPropertyWithValue("SQLState", "08003"));
    }

    private interface Attempted {
        void run() throws Exception;
    }

    private static ResultSet row(Connection connection, String sql) throws SQLException {
        ResultSet rows = connection.createStatement().executeQuery(sql);
        assertThat(rows.next()).isTrue();
        return rows;
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class On_PostgreSQL {
        private final Postgres server = Postgres.shared();

        private Pool pool() {
            String url = server.jdbcUrl(server.createDatabase("large"));
            return Pool.of(settings -> settings.url(url).name("trips").size(1).prePing(false));
        }

        private static void execute(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Test
        void a_large_object_is_read_and_written_in_its_loan_only() throws Exception {
            try (Pool pool = pool()) {
                Connection connection = pool.getConnection();
                connection.setAutoCommit(false);
                execute(connection, "create table photos (photo oid)");
                execute(connection, "insert into photos values (lo_from_bytea(0, '\\x010203'))");
                Blob blob = row(connection, "select photo from photos").getBlob(1);
                assertThat(blob.getBytes(1, 3)).containsExactly(1, 2, 3);
                OutputStream out = blob.setBinaryStream(4);
                out.write(new byte[] {4, 5});
                out.close();
                InputStream in = blob.getBinaryStream();
                assertThat(in.read()).isEqualTo(1);
                try (PreparedStatement copy = connection.prepareStatement("insert into photos values (?)")) {
                    copy.setBlob(1, blob);
                    copy.executeUpdate();
                }
                connection.commit();
                connection.close();

                try (Connection next = pool.getConnection()) {
                    next.setAutoCommit(false);
                    assertOver(in::read);
                    assertOver(blob::length);
                    assertOver(() -> blob.setBytes(1, new byte[] {9}));
                    ResultSet rows = row(next, "select photo from photos");
                    assertThat(rows.getBlob(1).getBytes(1, 10)).containsExactly(1, 2, 3, 4, 5);
                }
            }
        }

        @Test
        void a_clob_goes_from_one_row_to_another() throws Exception {
            try (Pool pool = pool();
                    Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                execute(connection, "create table notes (note oid)");
                execute(connection, "insert into notes values (lo_from_bytea(0, 'abc'::bytea))");
                Clob clob = row(connection, "select note from notes").getClob(1);
                try (PreparedStatement copy = connection.prepareStatement("insert into notes values (?)")) {
                    copy.setClob(1, clob);
                    copy.executeUpdate();
                }

                ResultSet count = row(connection, "select count(distinct note), count(*) from notes");

                assertThat(count.getInt(2)).isEqualTo(2);
                assertThat(((Loan) connection).isTainted()).isFalse();
            }
        }

        @Test
        void an_array_is_given_back_and_its_rows_end_with_the_loan() throws Exception {
            try (Pool pool = pool()) {
                Connection connection = pool.getConnection();
                Array made = connection.createArrayOf("int4", new Object[] {1, 2, 3});
                Array read;
                try (PreparedStatement echo = connection.prepareStatement("select ?::int4[], ?::int4[]")) {
                    echo.setArray(1, made);
                    echo.setObject(2, made);
                    ResultSet rows = echo.executeQuery();
                    rows.next();
                    read = rows.getArray(1);
                    assertThat((Object[]) read.getArray()).containsExactly(1, 2, 3);
                    assertThat((Object[]) ((Array) rows.getObject(2)).getArray())
                            .containsExactly(1, 2, 3);
                }
                ResultSet elements = read.getResultSet();
                assertThat(elements.next()).isTrue();
                connection.close();

                assertOver(elements::next);
                assertOver(read::getArray);
                assertOver(made::getResultSet);
            }
        }

        @Test
        void xml_is_written_by_each_way_and_read_by_each_way() throws Exception {
            try (Pool pool = pool()) {
                Connection connection = pool.getConnection();
                SQLXML written = connection.createSQLXML();
                try (Writer writer = written.setCharacterStream()) {
                    writer.write("<trip/>");
                }
                PreparedStatement echo = connection.prepareStatement("select ?::xml");
                echo.setSQLXML(1, written);
                ResultSet rows = echo.executeQuery();
                rows.next();
                assertThat(rows.getSQLXML(1).getString()).isEqualTo("<trip/>");
                SQLXML read = (SQLXML) rows.getObject(1);
                StreamSource source = read.getSource(StreamSource.class);
                assertThat(source.getReader().read()).isEqualTo('<');
                connection.close();

                assertOver(() -> source.getReader().read());
                assertOver(read::getString);
            }
        }

        /// pgjdbc asks the server for some of it, over the connection that it came from.
        @Test
        void metadata_of_rows_ends_with_the_loan() throws Exception {
            try (Pool pool = pool()) {
                Connection connection = pool.getConnection();
                ResultSetMetaData columns =
                        row(connection, "select oid from pg_class limit 1").getMetaData();
                assertThat(columns.isNullable(1)).isEqualTo(ResultSetMetaData.columnNoNulls);
                connection.close();

                assertOver(() -> columns.isNullable(1));
                assertOver(columns::getColumnCount);
            }
        }
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class On_H2 {
        private final Pool pool =
                Pool.of(settings -> settings.url("jdbc:h2:mem:").name("trips").size(1));

        private static final String ECHO = "select cast(? as blob), cast(? as clob), cast(? as clob), ?";

        @Test
        void lobs_that_were_made_here_are_given_back_and_read() throws Exception {
            Blob blob;
            NClob text;
            Reader chars;
            try (pool;
                    Connection connection = pool.getConnection()) {
                Blob made = connection.createBlob();
                made.setBytes(1, new byte[] {1, 2, 3});
                Clob clob = connection.createClob();
                clob.setString(1, "abc");
                NClob national = connection.createNClob();
                try (Writer writer = national.setCharacterStream(1)) {
                    writer.write("äöü");
                }
                try (PreparedStatement echo = connection.prepareStatement(ECHO)) {
                    echo.setBlob(1, made);
                    echo.setClob(2, clob);
                    echo.setNClob(3, national);
                    echo.setObject(4, made);
                    ResultSet rows = echo.executeQuery();
                    rows.next();
                    blob = rows.getBlob(1);
                    assertThat(blob.getBytes(1, 3)).containsExactly(1, 2, 3);
                    assertThat(rows.getClob(2).getSubString(1, 3)).isEqualTo("abc");
                    text = rows.getNClob(3);
                    chars = text.getCharacterStream();
                    assertThat(chars.read()).isEqualTo('ä');
                    assertThat(rows.getObject(4)).isInstanceOf(BlobProxy.class);
                    assertThat(rows.getObject(1, Blob.class).length()).isEqualTo(3);
                }
                assertThat(((Loan) connection).isTainted()).isFalse();
            }

            assertOver(blob::length);
            assertOver(text::length);
            assertOver(chars::read);
        }

        @Test
        void a_stream_and_a_reader_of_a_row_end_with_the_loan() throws Exception {
            InputStream bytes;
            Reader chars;
            try (pool;
                    Connection connection = pool.getConnection();
                    PreparedStatement echo = connection.prepareStatement("select cast(? as blob), cast(? as clob)")) {
                echo.setBinaryStream(1, InputStream.nullInputStream());
                echo.setCharacterStream(2, new StringReader("abc"));
                ResultSet rows = echo.executeQuery();
                rows.next();
                bytes = rows.getBinaryStream(1);
                chars = rows.getCharacterStream(2);
                assertThat(chars.read()).isEqualTo('a');
            }

            assertOver(bytes::read);
            assertOver(chars::read);
        }

        @Test
        void an_array_of_lobs_goes_there_and_back() throws Exception {
            try (pool;
                    Connection connection = pool.getConnection()) {
                Blob blob = connection.createBlob();
                blob.setBytes(1, new byte[] {1, 2});
                Array array = connection.createArrayOf("BLOB", new Object[] {blob, blob});
                Object[] lent = (Object[]) array.getArray();

                assertThat(lent).hasSize(2).hasOnlyElementsOfType(BlobProxy.class);
                assertThat(((Blob) lent[1]).length()).isEqualTo(2);
            }
        }
    }
}
