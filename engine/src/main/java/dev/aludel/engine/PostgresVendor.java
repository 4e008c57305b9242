package dev.aludel.engine;

import dev.aludel.sql.Dialect;
import dev.aludel.sql.Dialects;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// PostgreSQL by pgjdbc: `postgresql://user:password@host:port/database?key=value`, `jdbc:postgresql:…`.
final class PostgresVendor implements Vendor {
    private static final String PREFIX = "jdbc:postgresql:";
    private static final String HOST = "(\\[[0-9A-Fa-f:.]+(%[\\w.-]+)?]|[\\w.-]*)(:\\d{1,5})?";
    private static final Pattern BASE = Pattern.compile(PREFIX + "(//" + HOST + "(," + HOST + ")*(/[^/]*)?|/?[^/:@]*)");

    static final Parameters PARAMETERS = Parameters.of("PostgreSQL", """
            adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum allowEncodingChanges ApplicationName \
            assumeMinServerVersion autosave binaryTransfer binaryTransferDisable binaryTransferEnable \
            cancelSignalTimeout channelBinding cleanupSavepoints connectTimeout convertBooleanToNumeric currentSchema \
            databaseMetadataCacheFields databaseMetadataCacheFieldsMiB defaultRowFetchSize disableColumnSanitiser \
            escapeSyntaxCallMode flushCacheOnDdl groupStartupParameters gssEncMode gsslib gssResponseTimeout \
            gssUseDefaultCreds hideUnprivilegedObjects hostRecheckSeconds jaasApplicationName jaasLogin \
            kerberosServerName loadBalanceHosts localSocketAddress loginTimeout logServerErrorDetail \
            logUnclosedConnections maxResultBuffer maxSendBufferSize options password pemKeyAlgorithm preferQueryMode \
            preparedStatementCacheQueries preparedStatementCacheSizeMiB prepareThreshold protocolVersion queryTimeout \
            quoteReturningIdentifiers readOnly readOnlyMode receiveBufferSize replication requireAuth \
            reWriteBatchedInserts reWriteBatchedInsertsSize scramMaxIterations sendBufferSize service socketTimeout \
            ssl sslcert sslkey sslmode sslNegotiation sslpassword sslResponseTimeout sslrootcert sspiServiceClass \
            stringtype targetServerType tcpKeepAlive tcpNoDelay unknownLength user useSpnego""", """
            authenticationPluginClassName classLoaderStrategy connectExecutor connectExecutorArg loggerFile \
            loggerLevel socketFactory socketFactoryArg sslfactory sslfactoryarg sslhostnameverifier \
            sslpasswordcallback xmlFactoryFactory""");

    /// Only set in the place of its own within the URL: as parameters they would contradict it.
    static final Set<String> PLACES = Set.of("PGDBNAME", "PGHOST", "PGPORT");

    @Override
    public Dialect dialect() {
        return Dialects.POSTGRESQL;
    }

    @Override
    public Set<String> drivers() {
        return Set.of("pgjdbc");
    }

    @Override
    public String jdbcPrefix() {
        return PREFIX;
    }

    @Override
    public Target target(Url url) {
        StringBuilder base = new StringBuilder(PREFIX).append("//");
        String host = url.host() == null ? "localhost" : url.host();
        base.append(host.indexOf(':') >= 0 ? "[" + host + "]" : host);
        if (url.port() >= 0) base.append(':').append(url.port());
        base.append('/');
        if (url.database() != null) base.append(PercentText.encode(url.database()));
        Map<String, String> properties = properties(url.query());
        if (url.user() != null) properties.put("user", url.user());
        if (url.password() != null) properties.put("password", url.password());
        return new Target(dialect(), base.toString(), properties, url.toString());
    }

    @Override
    public Target jdbcTarget(String url) {
        JdbcUrl parts = JdbcUrl.withQuery(url);
        if (parts.base().indexOf('@') >= 0) throw JdbcUrl.loginInHost();
        if (!BASE.matcher(parts.base()).matches()) {
            throw UrlParser.refused("it does not have the form jdbc:postgresql://host:port/database");
        }
        Map<String, String> properties = properties(parts.parameters());
        return new Target(dialect(), parts.base(), properties, parts.toString());
    }

    /// Error details are left out unless asked for: they repeat the values of the row at fault.
    private static Map<String, String> properties(Map<String, String> given) {
        Map<String, String> properties = new LinkedHashMap<>();
        given.forEach((key, value) -> properties.put(PARAMETERS.check(key), value));
        properties.putIfAbsent("logServerErrorDetail", "false");
        return properties;
    }
}
