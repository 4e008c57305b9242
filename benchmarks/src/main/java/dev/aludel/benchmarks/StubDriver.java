package dev.aludel.benchmarks;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Logger;

/// A JDBC driver whose connections answer at once and do nothing, so that a benchmark measures the pool alone.
///
/// A connection is an instance of a class spun at start: each method returns 0, false, null or nothing, but
/// for the questions that a pool asks of a healthy connection (`isValid`, `getAutoCommit`), which say true.
/// A compiled class, since a `java.lang.reflect.Proxy` would cost more than the pools do.
public final class StubDriver implements Driver {
    /// The address that the pools under test are given.
    public static final String URL = "jdbc:stub:";

    private static final Set<String> TRUE = Set.of("isValid", "getAutoCommit");
    private static final Class<?> CONNECTION = spin();

    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        try {
            return (Connection) CONNECTION.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the stub connection cannot be made", e);
        }
    }

    private static Class<?> spin() {
        ClassDesc name = ClassDesc.of(StubDriver.class.getPackageName(), "StubConnection");
        byte[] bytes = ClassFile.of().build(name, StubDriver::describe);
        try {
            return MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
        } catch (IllegalAccessException e) {
            throw new LinkageError("the stub connection cannot be spun", e);
        }
    }

    private static void describe(ClassBuilder type) {
        type.withFlags(ACC_PUBLIC | ACC_FINAL)
                .withInterfaceSymbols(Connection.class.describeConstable().orElseThrow());
        type.withMethodBody(
                INIT_NAME,
                MTD_void,
                ACC_PUBLIC,
                code -> code.aload(0)
                        .invokespecial(CD_Object, INIT_NAME, MTD_void)
                        .return_());
        Arrays.stream(Connection.class.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .forEach(method -> type.withMethodBody(
                        method.getName(), descriptor(method), ACC_PUBLIC, code -> answer(code, method)));
    }

    private static MethodTypeDesc descriptor(Method method) {
        return MethodTypeDesc.of(
                method.getReturnType().describeConstable().orElseThrow(),
                Arrays.stream(method.getParameterTypes())
                        .map(parameter -> parameter.describeConstable().orElseThrow())
                        .toList());
    }

    private static void answer(CodeBuilder code, Method method) {
        TypeKind kind = TypeKind.from(method.getReturnType());
        switch (kind.asLoadable()) {
            case VOID -> code.return_();
            case REFERENCE -> code.aconst_null().areturn();
            case LONG -> code.lconst_0().lreturn();
            default ->
                code.loadConstant(TRUE.contains(method.getName()) ? 1 : 0).ireturn();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(URL);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
