package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Map;
import javax.xml.transform.Result;
import javax.xml.transform.Source;
import javax.xml.transform.dom.DOMResult;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.sax.SAXResult;
import javax.xml.transform.sax.SAXSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/// LOBs, arrays, XML: that each of their methods passes, and stops with the loan, is in the tests of handles.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ALargeValueTest {
    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    private static boolean isTainted(Connection connection) {
        return ((Loan) connection).isTainted();
    }

    @ParameterizedTest
    @EnumSource(from = "BLOB")
    void is_lent_also_as_an_object_and_as_an_out_parameter(Handle kind) throws SQLException {
        Object made = driver.make(kind.type);
        driver.give("ResultSet.getObject", made);
        driver.give("CallableStatement.getObject", made);
        try (Connection connection = pool.getConnection()) {
            ResultSet rows = connection.createStatement().executeQuery("select 1");
            CallableStatement call = connection.prepareCall("call one()");

            assertLent(made, rows.getObject(1));
            assertLent(made, rows.getObject("a"));
            assertLent(made, rows.getObject(1, Map.of()));
            assertLent(made, rows.getObject(1, kind.type));
            assertLent(made, call.getObject(1));
            assertLent(made, call.getObject("a", kind.type));
            assertThat(isTainted(connection)).isFalse();
        }
    }

    private static void assertLent(Object made, Object got) throws SQLException {
        assertThat(got).isInstanceOf(Lent.class);
        assertThat(((Lent<?>) got).raw()).isSameAs(made);
    }

    @Test
    void that_is_asked_for_by_the_drivers_own_class_is_the_drivers_and_costs_the_connection() throws SQLException {
        Blob made = driver.make(Blob.class);
        driver.give("ResultSet.getObject", made);
        try (Connection connection = pool.getConnection()) {
            ResultSet rows = connection.createStatement().executeQuery("select 1");

            assertThat((Object) rows.getObject(1, made.getClass())).isSameAs(made);

            assertThat(isTainted(connection)).isTrue();
        }
    }

    @Test
    void gives_the_drivers_object_if_asked_which_costs_the_connection() throws SQLException {
        Blob made = driver.make(Blob.class);
        driver.give("Connection.createBlob", made);
        try (Connection connection = pool.getConnection()) {
            Wrapper blob = (Wrapper) connection.createBlob();
            assertThat(blob.unwrap(Blob.class)).isSameAs(blob);
            assertThat(blob.isWrapperFor(made.getClass())).isTrue();
            assertThat(blob.isWrapperFor(Runnable.class)).isFalse();
            assertThatThrownBy(() -> blob.unwrap(Runnable.class)).isInstanceOf(SQLException.class);
            assertThat(isTainted(connection)).isFalse();

            assertThat((Object) blob.unwrap(made.getClass())).isSameAs(made);

            assertThat(isTainted(connection)).isTrue();
        }
    }

    @Test
    void outlives_its_statement_but_not_the_loan() throws SQLException {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        Blob blob = statement.executeQuery("select 1").getBlob(1);
        statement.close();
        assertThat(blob.length()).isZero();
        connection.close();

        assertThatThrownBy(blob::length).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    /// MariaDB's is such a one.
    @Test
    void that_is_a_clob_and_a_blob_at_once_is_lent_as_what_was_asked_for() throws SQLException {
        Object both = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Blob.class, NClob.class}, (self, method, arguments) -> 7L);
        driver.give("ResultSet.getBlob", both);
        driver.give("ResultSet.getClob", both);
        driver.give("ResultSet.getObject", both);
        try (Connection connection = pool.getConnection()) {
            ResultSet rows = connection.createStatement().executeQuery("select 1");

            assertThat(rows.getBlob(1).length()).isEqualTo(7);
            assertThat(rows.getClob(1)).isInstanceOf(NClob.class);
            assertThat(rows.getObject(1)).isInstanceOf(Clob.class).isInstanceOf(NClob.class);
        }
    }

    @Test
    void of_rows_closes_them_with_the_loan() throws SQLException {
        Connection connection = pool.getConnection();
        Array array = connection.createArrayOf("int", new Object[] {1});
        ResultSet rows = array.getResultSet();
        assertThat(rows).isInstanceOf(ResultSetProxy.class);
        driver.forget();
        connection.close();

        assertThat(driver.methods()).contains("ResultSet.close");
        assertThatThrownBy(rows::next).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void that_is_written_counts_as_written_to() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Blob blob = connection.createBlob();
            assertThat(blob.length()).isZero();
            assertThat(((Loan) connection).wrote()).isFalse();
            assertThat(((Loan) connection).talked()).isTrue();

            blob.setBytes(1, new byte[1]);

            assertThat(((Loan) connection).wrote()).isTrue();
        }
    }

    @Test
    void of_xml_gives_sources_and_results_whose_streams_end_with_the_loan() throws Exception {
        StreamSource streams = new StreamSource(new StringReader("<a/>"));
        SAXSource sax = new SAXSource(new InputSource(InputStream.nullInputStream()));
        StreamResult result = new StreamResult(new StringWriter());
        Connection connection = pool.getConnection();
        SQLXML xml = connection.createSQLXML();
        give(streams);
        assertThat(xml.getSource(StreamSource.class)).isSameAs(streams);
        give(sax);
        assertThat(xml.getSource(SAXSource.class)).isSameAs(sax);
        give(result);
        assertThat(xml.setResult(StreamResult.class)).isSameAs(result);
        assertThat(streams.getReader().read()).isEqualTo('<');
        assertThat(isTainted(connection)).isFalse();
        connection.close();

        assertThatThrownBy(() -> streams.getReader().read()).hasMessageContaining("checked in");
        assertThatThrownBy(() -> sax.getInputSource().getByteStream().read()).hasMessageContaining("checked in");
        assertThatThrownBy(() -> result.getWriter().write("<a/>")).hasMessageContaining("checked in");
    }

    private void give(Source source) {
        driver.give("SQLXML.getSource", source);
    }

    private void give(Result result) {
        driver.give("SQLXML.setResult", result);
    }

    @Test
    void of_xml_that_is_a_document_leaves_the_connection_in_the_pool() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            SQLXML xml = connection.createSQLXML();
            give(new DOMSource());
            give(new DOMResult());

            assertThat(xml.getSource(DOMSource.class)).isNotNull();
            assertThat(xml.setResult(DOMResult.class)).isNotNull();
            assertThat(isTainted(connection)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_xml_in_a_form_that_hides_the_connection_costs_it(boolean reads) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            SQLXML xml = connection.createSQLXML();
            give(new Source() {
                @Override
                public void setSystemId(String id) {}

                @Override
                public String getSystemId() {
                    return "";
                }
            });
            give(new SAXResult());

            if (reads) {
                Source source = xml.getSource(null);
                assertThat(source).isNotNull();
            } else {
                assertThat(xml.setResult(SAXResult.class)).isNotNull();
            }

            assertThat(isTainted(connection)).isTrue();
        }
    }
}
