package dev.aludel.pool;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The drivers of which it is known what their parameters do, with those that text may set: they load no class, run
/// no code and write no file; what proves who this machine is (Kerberos, keys) may be among them. A driver's later
/// parameters are not among them until somebody has looked.
enum KnownDriver {
    POSTGRESQL("PostgreSQL's driver", '?', Pattern.compile(".*"), """
            adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum allowEncodingChanges ApplicationName
            assumeMinServerVersion autosave binaryTransfer binaryTransferDisable binaryTransferEnable
            cancelSignalTimeout channelBinding cleanupSavepoints connectTimeout convertBooleanToNumeric
            currentSchema databaseMetadataCacheFields databaseMetadataCacheFieldsMiB defaultRowFetchSize
            disableColumnSanitiser escapeSyntaxCallMode flushCacheOnDdl groupStartupParameters gssEncMode
            gsslib gssResponseTimeout gssUseDefaultCreds hideUnprivilegedObjects hostRecheckSeconds
            jaasApplicationName jaasLogin kerberosServerName loadBalanceHosts localSocketAddress loginTimeout
            logServerErrorDetail logUnclosedConnections maxResultBuffer maxSendBufferSize options password
            pemKeyAlgorithm preferQueryMode preparedStatementCacheQueries preparedStatementCacheSizeMiB
            prepareThreshold protocolVersion queryTimeout quoteReturningIdentifiers readOnly readOnlyMode
            receiveBufferSize replication requireAuth reWriteBatchedInserts reWriteBatchedInsertsSize
            scramMaxIterations sendBufferSize service socketTimeout ssl sslcert sslkey sslmode sslNegotiation
            sslpassword sslResponseTimeout sslrootcert sspiServiceClass stringtype targetServerType tcpKeepAlive
            tcpNoDelay unknownLength user useSpnego"""),

    /// A credential type may send what is in the environment; a pipe's name may be any file's.
    MARIADB("MariaDB's and MySQL's driver", '?', Pattern.compile("(?!.*--)[\\w@,=' .:+/-]*"), """
            allowMultiQueries allowNanAndInf allowPublicKeyRetrieval alwaysSendSetIsolation autocommit
            autoClosePStmtStreams autoReconnect blankTableNameMeta blobSendChunkSize blobsAreStrings
            cacheCallableStmts cacheDefaultTimeZone cachePrepStmts cacheResultSetMetadata
            cacheServerConfiguration callableStmtCacheSize characterEncoding characterSetResults
            clientCertificateKeyStorePassword clientCertificateKeyStoreType clientCertificateKeyStoreUrl
            clobberStreamingResults clobCharacterEncoding compensateOnDuplicateKeyUpdateCounts
            connectionAttributes connectionCollation connectionTimeZone connectTimeout continueBatchOnError
            createDatabaseIfNotExist database databaseTerm defaultFetchSize disablePipeline
            disconnectOnExpiredPasswords dnsSrv dontCheckOnDuplicateKeyUpdateInSQL dontTrackOpenResources
            dumpQueriesOnException elideSetAutoCommits emptyStringsConvertToZero emulateLocators
            emulateUnsupportedPstmts enabledSslCipherSuites enabledSslProtocolSuites enabledTLSProtocols
            enableEscapeProcessing enableQueryTimeouts failOverReadOnly fallbackToSystemKeyStore
            fallbackToSystemTrustStore forceConnectionTimeZoneToSession functionsNeverReturnBlobs
            galeraAllowedState generateSimpleParameterMetadata geometryDefaultType
            getProceduresReturnsFunctions holdResultsOpenOverStatementClose includeInnodbStatusInDeadlockExceptions
            includeThreadDumpInDeadlockExceptions initialTimeout interactiveClient jdbcCompliantTruncation
            keyPassword keyStore keyStorePassword keyStoreType largeRowSizeThreshold
            loadBalanceBlacklistTimeout loadBalanceBlocklistTimeout loadBalanceConnectionGroup
            loadBalanceHostRemovalGracePeriod loadBalancePingTimeout localSocket localSocketAddress
            locatorFetchBufferSize maxAllowedColumns maxAllowedPacket maxQuerySizeToLog maxReconnects maxRows
            metadataCacheSize metaExportedKeys netTimeoutForStreamingResults noAccessToProcedureBodies
            noDatetimeStringSync nullCatalogMeansCurrent nullDatabaseMeansCurrent oldModeNoPrecisionTimestamp
            overrideSupportsIntegrityEnhancementFacility padCharsWithSpace paranoid password password1
            password2 password3 passwordCharacterEncoding pedantic permitMysqlScheme permitNoResults
            permitRedirect pinGlobalTxToPhysicalConnection populateInsertRowWithDefaultValues prepStmtCacheSize
            prepStmtCacheSqlLimit preserveInstants processEscapeCodesForPrepStmts pureLocalDateTime
            queriesBeforeRetrySource queryTimeoutKillsConnection readFromSourceWhenNoReplicas
            readOnlyPropagatesToServer reconnectAtTxEnd replicationConnectionGroup requireSSL restrictedAuth
            resultSetSizeThreshold retriesAllDown returnMultiValuesGeneratedIds rewriteBatchedStatements
            rollbackOnPooledClose scrollTolerantForwardOnly secondsBeforeRetrySource sendFractionalSeconds
            sendFractionalSecondsForTime serverAffinityOrder serverRsaPublicKeyFile serverSslCert
            serverTimezone servicePrincipalName sessionVariables slowQueryThresholdMillis socketTimeout
            socksProxyHost socksProxyPort socksProxyRemoteDns sslMode strictUpdates tcpAbortiveClose
            tcpKeepAlive tcpKeepCount tcpKeepIdle tcpKeepInterval tcpNoDelay tcpRcvBuf tcpSndBuf
            tcpTrafficClass timezone tinyInt1isBit tlsCiphersuites tlsVersions trackSessionState
            transactionIsolation transactionReplay transactionReplaySize transformedBitIsBoolean
            treatUtilDateAsTimestamp trustCertificateKeyStorePassword trustCertificateKeyStoreType
            trustCertificateKeyStoreUrl trustStore trustStorePassword trustStoreType
            useAffectedRows useBulkStmts useBulkStmtsForInserts useCatalogTerm useColumnNamesInFindColumn
            useCompression useCursorFetch useHostsInPrivileges useInformationSchema useIpForKillQuery
            useLegacyDatetimeCode useLocalSessionState useLocalTransactionState useMysqlMetadata
            useOldAliasMetadataBehavior useOnlyServerErrorMessages user useReadAheadInput useResetConnection
            useServerPrepStmts useSSL useStreamLengthsInPrepStmts useTimezone useUnbufferedInput useUnicode
            uuidAsString verifyServerCertificate yearIsDateType zeroDateTimeBehavior"""),

    /// It makes SQL of most values: what has no parentheses calls no function. It is not let open a port.
    H2("H2", ';', Pattern.compile("[\\w ,.:/+-]*"), """
            ACCESS_MODE_DATA ALLOW_LITERALS ANALYZE_AUTO ANALYZE_SAMPLE AUTO_COMPACT_FILL_RATE AUTO_RECONNECT
            AUTOCOMMIT CACHE_SIZE CACHE_TYPE CASE_INSENSITIVE_IDENTIFIERS CATALOG CIPHER COLLATION COMPRESS
            CREATE DATABASE_TO_LOWER DATABASE_TO_UPPER DB_CLOSE_DELAY DB_CLOSE_ON_EXIT DEFAULT_ESCAPE
            DEFAULT_LOCK_TIMEOUT DEFAULT_NULL_ORDERING DEFAULT_TABLE_TYPE DEFRAG_ALWAYS DROP_RESTRICT
            ESTIMATED_FUNCTION_TABLE_ROWS EXCLUSIVE FORBID_CREATION IFEXISTS IGNORE_CATALOGS
            IGNORE_UNKNOWN_SETTINGS IGNORECASE LAZY_QUERY_EXECUTION LOB_TIMEOUT LOCK_MODE LOCK_TIMEOUT
            MAX_COMPACT_TIME MAX_LENGTH_INPLACE_LOB MAX_LOG_SIZE MAX_MEMORY_ROWS MAX_MEMORY_UNDO
            MAX_OPERATION_MEMORY MAX_QUERY_TIMEOUT MODE MULTI_THREADED MV_STORE MVCC NETWORK_TIMEOUT
            NO_UPGRADE NON_KEYWORDS OLD_INFORMATION_SCHEMA OPEN_NEW OPTIMIZE_DISTINCT
            OPTIMIZE_EVALUATABLE_SUBQUERIES OPTIMIZE_IN_LIST OPTIMIZE_IN_SELECT OPTIMIZE_INSERT_FROM_SELECT
            OPTIMIZE_OR OPTIMIZE_REUSE_RESULTS OPTIMIZE_SIMPLE_SINGLE_ROW_SUBQUERIES OPTIMIZE_TWO_EQUALS
            PAGE_SIZE PASSWORD PASSWORD_HASH QUERY_CACHE_SIZE QUERY_STATISTICS QUERY_STATISTICS_MAX_ENTRIES
            QUERY_TIMEOUT READONLY RECOMPILE_ALWAYS REFERENTIAL_INTEGRITY RETENTION_TIME REUSE_SPACE SCHEMA
            SCHEMA_SEARCH_PATH SHARE_LINKED_CONNECTIONS THROTTLE TIME_ZONE TRUNCATE_LARGE_LENGTH USER
            VARIABLE_BINARY WRITE_DELAY ZERO_BASED_ENUMS"""),

    /// With those of SQLite's own addresses.
    SQLITE("SQLite's driver", '?', Pattern.compile(".*"), """
            application_id busy_timeout cache cache_size case_sensitive_like count_changes date_class
            date_precision date_string_format default_cache_size defer_foreign_keys empty_result_callback
            encoding foreign_keys full_column_names fullsync hexkey_mode immutable incremental_vacuum
            jdbc.explicit_readonly jdbc.get_generated_keys journal_mode journal_size_limit legacy_alter_table
            legacy_file_format limit_attached limit_column limit_compound_select limit_expr_depth
            limit_function_arg limit_length limit_like_pattern_length limit_page_count limit_sql_length
            limit_trigger_depth limit_variable_number limit_vdbe_op limit_worker_threads locking_mode
            max_page_count mmap_size mode nolock open_mode page_size password psow read_uncommitted
            recursive_triggers reverse_unordered_selects secure_delete shared_cache short_column_names
            synchronous temp_store transaction_mode user_version wal_autocheckpoint""");

    private static final Set<String> SESSION = Set.of(
            "sessionvariables",
            "connectioncollation",
            "charactersetresults",
            "characterencoding",
            "timezone",
            "connectiontimezone",
            "servertimezone");

    /// The name for messages.
    final String title;

    /// What an address has before its parameters.
    final char mark;

    /// What a value may be of which the driver makes SQL.
    private final Pattern value;

    /// The driver's spelling of each name by the form in which they are compared.
    @SuppressWarnings("ImmutableEnumChecker") // the map cannot be changed
    private final Map<String, String> names;

    KnownDriver(String title, char mark, Pattern value, String names) {
        this.title = title;
        this.mark = mark;
        this.value = value;
        this.names = Stream.of(names.split("\\s+")).collect(toUnmodifiableMap(KnownDriver::folded, name -> name));
    }

    /// Returns the driver that an address is for, or null if it is not known.
    static @Nullable KnownDriver of(String url) {
        String[] parts = url.toLowerCase(Locale.ROOT).split("[:+]", 3);
        return switch (parts.length < 2 ? "" : parts[1]) {
            case "postgresql" -> POSTGRESQL;
            case "mariadb", "mysql" -> MARIADB;
            case "h2" -> H2;
            case "sqlite" -> SQLITE;
            default -> null;
        };
    }

    /// Returns the driver that a class belongs to, or null if it is not known.
    static @Nullable KnownDriver of(Class<?> type) {
        String name = type.getName();
        if (name.startsWith("org.postgresql.")) {
            return POSTGRESQL;
        } else if (name.startsWith("org.mariadb.") || name.startsWith("com.mysql.")) {
            return MARIADB;
        } else if (name.startsWith("org.h2.")) {
            return H2;
        }
        return name.startsWith("org.sqlite.") ? SQLITE : null;
    }

    boolean takes(String name) {
        return names.containsKey(folded(name));
    }

    /// H2 makes SQL of all but user and password, MariaDB's and MySQL's drivers of what is for the session.
    boolean takesAsValue(String name, String given) {
        String folded = folded(name);
        boolean isSql = this == H2 ? !folded.equals("password") && !folded.equals("user") : SESSION.contains(folded);
        return !isSql || value.matcher(given).matches();
    }

    String nearest(String name) {
        return TextSettings.nearest(names.values(), name);
    }

    /// A name in small letters, without what may stand between words: as harmless in one form as in the other.
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_ ]", "");
    }
}
