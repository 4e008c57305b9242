package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.CharBuffer;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AStreamOfALoanTest {
    /// These ask nothing of the connection; closing is in tests of its own.
    private static final List<String> HARMLESS = List.of("mark", "markSupported", "close");

    enum Kind {
        INPUT(InputStream.class),
        READER(Reader.class),
        OUTPUT(OutputStream.class),
        WRITER(Writer.class);

        final Class<? extends Closeable> type;

        Kind(Class<? extends Closeable> type) {
            this.type = type;
        }

        Closeable of(Connection connection) throws SQLException {
            return switch (this) {
                case INPUT -> connection.createBlob().getBinaryStream();
                case READER -> connection.createClob().getCharacterStream();
                case OUTPUT -> connection.createBlob().setBinaryStream(1);
                case WRITER -> connection.createClob().setCharacterStream(1);
            };
        }

        List<Method> methods() {
            return Arrays.stream(type.getMethods())
                    .filter(method -> Arrays.asList(method.getExceptionTypes()).contains(IOException.class)
                            && !Modifier.isStatic(method.getModifiers()))
                    .filter(method -> !HARMLESS.contains(method.getName()))
                    .toList();
        }
    }

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void reads_and_writes_nothing_once_the_loan_is_over(Kind kind) throws SQLException {
        Connection connection = pool.getConnection();
        Closeable stream = kind.of(connection);
        connection.close();

        for (Method method : kind.methods()) {
            assertThatThrownBy(() -> call(stream, method))
                    .as(method.toString())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("check out again")
                    .cause()
                    .hasFieldOrPropertyWithValue("SQLState", "08003");
        }
    }

    private static void call(Object stream, Method method) throws Throwable {
        try {
            method.invoke(
                    stream,
                    Arrays.stream(method.getParameterTypes())
                            .map(AStreamOfALoanTest::argument)
                            .toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static @Nullable Object argument(Class<?> type) {
        return switch (type.getName()) {
            case "int" -> 1;
            case "long" -> 1L;
            case "char" -> 'a';
            case "[B" -> new byte[2];
            case "[C" -> new char[2];
            case "java.lang.String", "java.lang.CharSequence" -> "ab";
            case "java.nio.CharBuffer" -> CharBuffer.allocate(2);
            case "java.io.OutputStream" -> OutputStream.nullOutputStream();
            case "java.io.Writer" -> Writer.nullWriter();
            default -> null;
        };
    }

    @Test
    void may_be_closed_late_if_it_was_read_from() throws Exception {
        Connection connection = pool.getConnection();
        InputStream bytes = (InputStream) Kind.INPUT.of(connection);
        Reader chars = (Reader) Kind.READER.of(connection);
        connection.close();

        assertThatCode(bytes::close).doesNotThrowAnyException();
        assertThatCode(chars::close).doesNotThrowAnyException();
    }

    @Test
    void says_so_if_it_was_written_to_and_is_closed_late_because_the_rest_is_lost() throws Exception {
        Connection connection = pool.getConnection();
        OutputStream bytes = (OutputStream) Kind.OUTPUT.of(connection);
        Writer chars = (Writer) Kind.WRITER.of(connection);
        OutputStream inTime = (OutputStream) Kind.OUTPUT.of(connection);
        inTime.close();
        connection.close();

        assertThatThrownBy(bytes::close).isInstanceOf(IOException.class);
        assertThatThrownBy(chars::close).isInstanceOf(IOException.class);
        assertThatCode(inTime::close).doesNotThrowAnyException();
    }

    @Test
    void passes_on_what_it_is_asked() throws Exception {
        StringWriter written = new StringWriter();
        driver.give("Clob.getCharacterStream", new StringReader("abcdefg"));
        driver.give("Clob.setCharacterStream", written);
        try (Connection connection = pool.getConnection()) {
            Reader chars = (Reader) Kind.READER.of(connection);
            Writer into = (Writer) Kind.WRITER.of(connection);

            assertThat(chars.markSupported()).isTrue();
            chars.mark(10);
            assertThat(chars.read()).isEqualTo('a');
            assertThat(chars.skip(2)).isEqualTo(2);
            assertThat(chars.read(new char[5], 1, 2)).isEqualTo(2);
            chars.reset();
            assertThat(chars.ready()).isTrue();
            chars.transferTo(into);
            into.append('!').flush();

            assertThat(written).hasToString("abcdefg!");
        }
    }

    @Test
    void passes_on_bytes() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        driver.give("Blob.getBinaryStream", new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5}));
        driver.give("Blob.setBinaryStream", written);
        try (Connection connection = pool.getConnection()) {
            InputStream bytes = (InputStream) Kind.INPUT.of(connection);
            OutputStream into = (OutputStream) Kind.OUTPUT.of(connection);

            assertThat(bytes.available()).isEqualTo(5);
            bytes.mark(10);
            assertThat(bytes.read()).isEqualTo(1);
            assertThat(bytes.skip(2)).isEqualTo(2);
            assertThat(bytes.readAllBytes()).containsExactly(4, 5);
            bytes.reset();
            into.write(7);
            bytes.transferTo(into);

            assertThat(written.toByteArray()).containsExactly(7, 1, 2, 3, 4, 5);
        }
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void that_fails_because_the_server_is_gone_breaks_the_connection() throws Exception {
        IOException failure = new IOException("read failed", RecordingDriver.disconnected());
        driver.give("Blob.getBinaryStream", new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        });
        try (Connection connection = pool.getConnection()) {
            InputStream stream = connection.createBlob().getBinaryStream();

            assertThatThrownBy(stream::read).isSameAs(failure);

            assertThat(((Loan) connection).isBroken()).isTrue();
            assertThat(((Loan) connection).sqlSince()).isZero();
        }
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void that_is_read_is_time_in_the_driver() throws Exception {
        Connection connection = pool.getConnection();
        Loan loan = (Loan) connection;
        driver.give("Blob.getBinaryStream", new InputStream() {
            @Override
            public int read() {
                return loan.sqlSince() > 0 ? 1 : 0;
            }
        });
        Blob blob = connection.createBlob();

        assertThat(blob.getBinaryStream().read()).isEqualTo(1);
        assertThat(loan.sqlSince()).isZero();
        connection.close();
    }
}
