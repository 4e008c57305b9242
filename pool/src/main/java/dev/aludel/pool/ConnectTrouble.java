package dev.aludel.pool;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why connections cannot be opened, as far as the kinds and codes of the driver's error and its causes tell. Their
/// texts, which differ by language, are not read, but for the names of settings in them and one in English.
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
            "wait for the failover, or see why no server was promoted; who only reads may use a pool for"
                    + " replicas"),
    POOLER_FULL(
            "a pooler takes no more clients",
            "lower the pools' sizes, or raise the pooler's limit (PgBouncer: max_client_conn)"),
    POOLER_QUEUE(
            "a pooler answers, and has no session of the server to give in time",
            "see why the pooler (PgBouncer: its log, SHOW POOLS) cannot reach the server, or has too few connections to it"),
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
            case SERVER_FULL -> new NotConnected.ServerFull(connects, Occupancy.unseen("it was not asked"), itsRemedy);
            case READ_ONLY -> new NotConnected.ReadOnly(connects, itsRemedy);
            case POOLER_FULL -> new NotConnected.PoolerFull(connects, itsRemedy);
            case POOLER_QUEUE -> new NotConnected.PoolerQueue(connects, itsRemedy);
            case STARTING -> new NotConnected.ServerStarting(connects, itsRemedy);
            case OTHER -> new NotConnected.ConnectFailed(connects, itsRemedy);
        };
    }

    /// Returns whether whoever is there has as many connections as it may have.
    boolean isFull() {
        return this == SERVER_FULL || this == POOLER_FULL;
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
            case ConnectException e -> isTimeout(e) ? NO_ANSWER : REFUSED;
            case SocketException e when isOfTheSystem(e) -> UNREACHABLE;
            case SocketTimeoutException e -> NO_ANSWER;
            case SSLException e -> TLS_FAILED;
            case NoHostException e ->
                Objects.requireNonNullElse(byState(e), OTHER); // it says of each host what was wrong
            case SQLException e -> {
                ConnectTrouble told = byState(e);
                yield told == null && isThrownOverTls(e) ? TLS_FAILED : told;
            }
            default -> null;
        };
    }

    /// A driver whose server does not speak TLS says so in words alone; but it says it where it asks for TLS.
    private static boolean isThrownOverTls(SQLException e) {
        try {
            String state = e.getSQLState();
            return state != null && state.startsWith("08") && ConnectPhase.of(e.getStackTrace()) == ConnectPhase.TLS;
        } catch (OutOfMemoryError none) { // then it is not known
            return false;
        }
    }

    /// A connect fails so for `ECONNREFUSED` and `ETIMEDOUT` only, in the words of the system, whose
    /// language it is. The latter takes minutes, and is given up before: so what is not understood is
    /// the former.
    private static boolean isTimeout(ConnectException e) {
        return e.getMessage() != null && e.getMessage().startsWith("Connection timed out");
    }

    /// What the system said to a connect, and has no type of its own: `ENETUNREACH` and its like. What the other
    /// side does (a reset) is said to a read.
    private static boolean isOfTheSystem(SocketException e) {
        try {
            StackTraceElement[] stack = e.getStackTrace();
            return e.getClass() == SocketException.class
                    && stack.length > 0
                    && stack[0].isNativeMethod()
                    && ConnectPhase.of(stack[0]) == ConnectPhase.TCP;
        } catch (OutOfMemoryError none) { // then it is not known
            return false;
        }
    }

    private static @Nullable ConnectTrouble byState(SQLException e) {
        return switch (String.valueOf(e.getSQLState())) {
            case "28P01", "28000" -> LOGIN_REFUSED;
            case "3D000", "90146", "90149" -> NO_DATABASE; // H2's are the last two
            case "53300" -> SERVER_FULL;
            case "57P03" -> STARTING;
            case "25006" -> READ_ONLY;
            case "08P01" -> byName(String.valueOf(e.getMessage()));
            case "08004", "42000" -> byCode(e.getErrorCode(), String.valueOf(e.getMessage()));
            default -> null;
        };
    }

    /// PgBouncer has one code for all; its texts have the names of its settings, in whatever language the rest is.
    private static @Nullable ConnectTrouble byName(String text) {
        if (text.contains("max_client_conn")) {
            return POOLER_FULL;
        }
        return text.contains("server_login_retry") || text.contains("query_wait_timeout") ? POOLER_QUEUE : null;
    }

    /// MariaDB's and MySQL's: unknown database; too many connections, of all, of the user. A user who has
    /// had his connections of an hour is told with the same code, by the name of that limit; to give one
    /// back frees nothing then.
    private static @Nullable ConnectTrouble byCode(int code, String text) {
        return switch (code) {
            case 1049 -> NO_DATABASE;
            case 1040, 1203 -> SERVER_FULL;
            case 1226 -> text.contains("max_connections_per_hour") ? null : SERVER_FULL;
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
