package dev.aludel.pool;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why connections cannot be opened, as far as the kinds and codes of the driver's error and its causes tell. Their
/// texts, which differ by language, are not read.
enum ConnectTrouble {
    HOST_UNKNOWN("the server's name cannot be resolved", "check the host in the address, and the name service (DNS)"),
    REFUSED("nobody listens there", "check host and port, and that the server runs"),
    UNREACHABLE("the network does not lead there", "check the host, the network, and firewalls in between"),
    NOT_REACHED("nobody listens there, or the network is in between", "check host, port and server"),
    NO_ANSWER(
            "there was no answer in time",
            "look at what lies between (network, firewall, name lookup), or raise connectTimeout"),
    TLS_FAILED(
            "client and server do not agree on TLS",
            "check the server's certificate (name, issuer, dates) and what the address asks for; TLS is never done without"),
    LOGIN_REFUSED(
            "the server refuses user or password",
            "check user and password, and that the user may log in (values not shown)"),
    NO_DATABASE("there is no such database", "create the database, or mend the address"),
    SERVER_FULL("the server has no connection left", "lower the pools' sizes, or raise the server's limit"),
    READ_ONLY(
            "the servers that answer are replicas, and one that takes writes is wanted",
            "wait for the failover, or see why no server was promoted (pg_promote); who only reads may use a pool for"
                    + " replicas"),
    STARTING("the server is starting up or shutting down", "try again when it is up"),
    OTHER("", "see the cause");

    /// How many causes are looked at: an error may be its own.
    private static final int DEEPEST = 20;

    /// What is wrong, as a sentence.
    final String what;
    /// What to do about it.
    final String remedy;

    ConnectTrouble(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    NotConnected diagnosis(NotConnected.Connects connects, String itsRemedy) {
        return switch (this) {
            case HOST_UNKNOWN -> new NotConnected.HostUnknown(connects, itsRemedy);
            case REFUSED -> new NotConnected.ConnectionRefused(connects, itsRemedy);
            case UNREACHABLE, NOT_REACHED -> new NotConnected.Unreachable(connects, itsRemedy);
            case NO_ANSWER -> new NotConnected.NoAnswer(connects, itsRemedy);
            case TLS_FAILED -> new NotConnected.TlsFailed(connects, itsRemedy);
            case LOGIN_REFUSED -> new NotConnected.LoginRefused(connects, itsRemedy);
            case NO_DATABASE -> new NotConnected.NoDatabase(connects, itsRemedy);
            case SERVER_FULL -> new NotConnected.ServerFull(connects, itsRemedy);
            case READ_ONLY -> new NotConnected.ReadOnly(connects, itsRemedy);
            case STARTING -> new NotConnected.ServerStarting(connects, itsRemedy);
            case OTHER -> new NotConnected.ConnectFailed(connects, itsRemedy);
        };
    }

    /// Returns what an error tells. What a cause tells exactly comes before what its wrapper says in
    /// general. It needs no memory.
    static ConnectTrouble of(Throwable failure) {
        ConnectTrouble general = null;
        Throwable error = failure;
        for (int depth = 0; error != null && depth < DEEPEST; depth++, error = error.getCause()) {
            ConnectTrouble exact = exactly(error);
            if (exact != null) {
                return exact;
            }
            general = general == null ? generally(error) : general;
        }
        return general == null ? OTHER : general;
    }

    private static @Nullable ConnectTrouble exactly(Throwable error) {
        return switch (error) {
            case UnknownHostException e -> HOST_UNKNOWN;
            case NoRouteToHostException e -> UNREACHABLE;
            case ConnectException e -> isRefusal(e) ? REFUSED : UNREACHABLE;
            case SocketTimeoutException e -> NO_ANSWER;
            case SSLException e -> TLS_FAILED;
            case NoHostException e ->
                Objects.requireNonNullElse(byState(e), OTHER); // it says of each host what was wrong
            case SQLException e -> byState(e);
            default -> null;
        };
    }

    /// The JDK's words for `ECONNREFUSED`, which are in no other language.
    private static boolean isRefusal(ConnectException e) {
        return e.getMessage() == null || e.getMessage().startsWith("Connection refused");
    }

    private static @Nullable ConnectTrouble byState(SQLException e) {
        return switch (String.valueOf(e.getSQLState())) {
            case "28P01", "28000" -> LOGIN_REFUSED;
            case "3D000", "90146", "90149" -> NO_DATABASE; // H2's are the last two
            case "53300" -> SERVER_FULL;
            case "57P03" -> STARTING;
            case "25006" -> READ_ONLY;
            case "08004", "42000" -> byCode(e.getErrorCode());
            default -> null;
        };
    }

    /// MariaDB's and MySQL's: unknown database; too many connections, of all, of the user, of the user within an hour.
    private static @Nullable ConnectTrouble byCode(int code) {
        return switch (code) {
            case 1049 -> NO_DATABASE;
            case 1040, 1203, 1226 -> SERVER_FULL;
            default -> null;
        };
    }

    private static @Nullable ConnectTrouble generally(Throwable error) {
        if (error instanceof SQLTimeoutException) {
            return NO_ANSWER;
        }
        return error instanceof SQLException e && "08001".equals(e.getSQLState()) ? NOT_REACHED : null;
    }
}
