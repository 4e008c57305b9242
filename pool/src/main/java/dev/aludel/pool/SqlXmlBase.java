package dev.aludel.pool;

import java.sql.SQLException;
import java.sql.SQLXML;
import javax.xml.transform.Result;
import javax.xml.transform.Source;
import javax.xml.transform.dom.DOMResult;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.sax.SAXSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import org.jspecify.annotations.Nullable;
import org.xml.sax.InputSource;

/// XML of a loan. The streams in what it gives to read and to write end with the loan.
///
/// Of other kinds of sources and results than those with streams, and of documents, which are read by then, nobody sees
/// what they use the connection for: it is not lent again.
abstract class SqlXmlBase extends Lent<SQLXML> implements SQLXML {
    SqlXmlBase(ConnectionBase loan, SQLXML raw) {
        super(loan, raw);
    }

    @Override
    public final <T extends Source> @Nullable T getSource(@Nullable Class<T> type) throws SQLException {
        SQLXML xml = raw();
        long began = sqlBegins(null);
        T made;
        try {
            made = xml.getSource(type);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
        lend(made);
        return made;
    }

    private void lend(@Nullable Source made) {
        if (made instanceof StreamSource source) {
            source.setInputStream(Values.lent(loan(), source.getInputStream()));
            source.setReader(Values.lent(loan(), source.getReader()));
        } else if (made instanceof SAXSource source) {
            lend(source.getInputSource());
        } else if (made != null && !(made instanceof DOMSource)) {
            loan().unseen();
        }
    }

    private void lend(@Nullable InputSource input) {
        if (input != null) {
            input.setByteStream(Values.lent(loan(), input.getByteStream()));
            input.setCharacterStream(Values.lent(loan(), input.getCharacterStream()));
        }
    }

    @Override
    public final <T extends Result> @Nullable T setResult(@Nullable Class<T> type) throws SQLException {
        SQLXML xml = raw();
        long began = sqlBegins(null);
        T made;
        try {
            made = xml.setResult(type);
        } catch (Throwable e) {
            brokeOff(e);
            throw e;
        } finally {
            sqlEnds(began);
        }
        lend(made);
        return made;
    }

    private void lend(@Nullable Result made) {
        if (made instanceof StreamResult result) {
            result.setOutputStream(Values.lent(loan(), result.getOutputStream()));
            result.setWriter(Values.lent(loan(), result.getWriter()));
        } else if (made != null && !(made instanceof DOMResult)) {
            loan().unseen();
        }
    }
}
