import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Writes the classes that pass each method of JDBC on to the driver. Run by the build as a single
 * source file, with the Java release whose methods are meant and the folder to write to.
 *
 * <p>A generated method first checks that the connection is still borrowed, then calls the driver,
 * then hands what the driver threw to {@code failed}. {@link #RULES} says where a method differs;
 * what is more than a rule is written by hand, in the class that the generated one extends or in
 * the one that extends it. The methods are those of the given release, whatever JDK runs the build.
 */
final class HandleGenerator {
  private static final String PACKAGE = "dev.thaw.internal.jdbc";

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "Connection",
              // Public, since javac would add a bridge for each method to its public subclass.
              "public abstract class ForwardingConnection extends Handle<Connection>"
                  + " implements Connection",
              "Connection driver"),
          new Kind(
              "Statement",
              "class StatementHandle<D extends Statement> extends StatementSupport<D>",
              "BorrowedConnection connection, D driver, int traits"),
          new Kind(
              "PreparedStatement",
              "class PreparedStatementHandle<D extends PreparedStatement>"
                  + " extends StatementHandle<D> implements PreparedStatement",
              "BorrowedConnection connection, D driver, int traits"),
          new Kind(
              "CallableStatement",
              "final class CallableStatementHandle"
                  + " extends PreparedStatementHandle<CallableStatement>"
                  + " implements CallableStatement",
              "BorrowedConnection connection, CallableStatement driver, int traits"),
          new Kind(
              "ResultSet",
              "final class ResultSetHandle extends ResultSetSupport",
              "BorrowedConnection connection, ResultSet driver,"
                  + " @org.jspecify.annotations.Nullable StatementSupport<?> statement"),
          new Kind(
              "DatabaseMetaData",
              "final class DatabaseMetaDataHandle extends DatabaseMetaDataSupport",
              "BorrowedConnection connection, DatabaseMetaData driver"));

  /** Where a method differs from a plain call of the driver. The first rule that fits holds. */
  private static final List<Rule> RULES =
      List.of(
          in("Connection", "unwrap|isWrapperFor|close|abort|isClosed|isValid").byHand(),
          in("Connection", "setClientInfo|[gs]etTypeMap|setNetworkTimeout").byHand(),
          in("Connection", "set(AutoCommit|TransactionIsolation|ReadOnly|Catalog|Schema)")
              .sends()
              .calls("session()"),
          in("Connection", "(get(AutoCommit|TransactionIsolation|Catalog|Schema)|isReadOnly)")
              .calls("session()"),
          in("Connection", "commit|rollback").sends().calls("session()"),
          in("Connection", "setSavepoint|releaseSavepoint|getClientInfo").sends(),
          in("Connection", "createStatement")
              .returns("connection().opened(new StatementHandle<>(connection(), %s, 0))"),
          in("Connection", "prepareStatement")
              .sends()
              .returns(
                  "connection().opened(new PreparedStatementHandle<>(connection(), %s, traits(a1)))"),
          in("Connection", "prepareCall")
              .sends()
              .returns(
                  "connection().opened(new CallableStatementHandle(connection(), %s, traits(a1)))"),
          in("Connection", "getMetaData")
              .sends()
              .returns("new DatabaseMetaDataHandle(connection(), %s)"),
          in("Statement", "unwrap|isWrapperFor|close|closeOnCompletion|isClosed|cancel").byHand(),
          in("Statement", "getConnection|getQueryTimeout|setQueryTimeout").byHand(),
          in("Statement", "addBatch|clearBatch").byHand(),
          in("Statement", "executeQuery").executes("traits(a1)").returns("result(%s)"),
          in("Statement", "execute(Large)?Batch").executes("batchTraits()"),
          in("Statement", "execute(Large)?(Update)?").executes("traits(a1)"),
          in("Statement", "getResultSet|getGeneratedKeys").returns("result(%s)"),
          // The driver asks the server for them: SHOW WARNINGS.
          in("Statement", "getWarnings").sends(),
          in("PreparedStatement", "executeQuery").executes("ownTraits()").returns("result(%s)"),
          in("PreparedStatement", "execute(Large)?(Update)?").executes("ownTraits()"),
          // The driver executes a SELECT to know its columns.
          in("PreparedStatement", "getMetaData").executes("ownTraits()"),
          in("PreparedStatement", "getParameterMetaData").sends(),
          in("ResultSet", "unwrap|isWrapperFor|close|isClosed|getStatement").byHand(),
          in("ResultSet", "insertRow").executes("SqlTraits.WRITES | SqlTraits.INSERTS"),
          in("ResultSet", "updateRow|deleteRow").executes("SqlTraits.WRITES"),
          in("ResultSet", "refreshRow").sends(),
          in("DatabaseMetaData", "unwrap|isWrapperFor|getConnection").byHand(),
          in("DatabaseMetaData", "getDriver(Major|Minor)Version").byHand(),
          in("DatabaseMetaData", "getSQLKeywords").byHand(),
          in("DatabaseMetaData", "getUserName").sends(),
          in("DatabaseMetaData", "ResultSet .*")
              .sends()
              .returns("new ResultSetHandle(connection(), %s, null)"));

  private static final Rule PLAIN = in("", "");

  /** What leads back to the connection and must not be handed out as the driver has it. */
  private static final Set<String> WAYS_BACK =
      Set.of(
          "Connection",
          "Statement",
          "PreparedStatement",
          "CallableStatement",
          "ResultSet",
          "DatabaseMetaData");

  private final JavacTask javac;
  private final Set<Rule> used = new HashSet<>();

  private HandleGenerator(JavacTask javac) {
    this.javac = javac;
  }

  /** Runs the generator: {@code HandleGenerator.java RELEASE FOLDER}. */
  public static void main(String[] args) throws IOException {
    JavacTask javac =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    null,
                    null,
                    List.of("--release", args[0], "-proc:none"),
                    null,
                    List.of(new Nothing()));
    javac.analyze();
    Path folder = Files.createDirectories(Path.of(args[1], PACKAGE.split("\\.")));
    HandleGenerator generator = new HandleGenerator(javac);
    for (Kind kind : KINDS) {
      write(folder.resolve(kind.className() + ".java"), generator.source(kind));
    }
    List<Rule> unused = new ArrayList<>(RULES);
    unused.removeAll(generator.used);
    if (!unused.isEmpty()) {
      throw new IllegalStateException("No method is left for these rules: " + unused);
    }
  }

  /** Writes a file if that changes it, so that an unchanged one is not compiled again. */
  private static void write(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private String source(Kind kind) {
    StringBuilder methods = new StringBuilder();
    methods(kind.type()).values().forEach(m -> methods.append(method(kind, m)));
    return """
        package %s;

        import java.sql.*;

        /** Passes the methods of {@link %s} on to the driver. Written by HandleGenerator. */
        @SuppressWarnings({"deprecation", "removal"})
        %s {
          %s(%s) {
            super(%s);
          }
        %s}
        """
        .formatted(
            PACKAGE,
            kind.type(),
            kind.declaration(),
            kind.className(),
            kind.parameters(),
            kind.arguments(),
            methods);
  }

  /** Returns the methods of a type, by signature, without those that its base class has. */
  private SortedMap<String, ExecutableElement> methods(String type) {
    SortedMap<String, ExecutableElement> methods = new TreeMap<>();
    collect(javac.getElements().getTypeElement("java.sql." + type), methods);
    return methods;
  }

  private void collect(TypeElement type, Map<String, ExecutableElement> methods) {
    for (var member : type.getEnclosedElements()) {
      if (member.getKind() == ElementKind.METHOD
          && !member.getModifiers().contains(Modifier.STATIC)) {
        ExecutableElement method = (ExecutableElement) member;
        methods.putIfAbsent(signature(method), method);
      }
    }
    for (TypeMirror parent : type.getInterfaces()) {
      TypeElement element = (TypeElement) ((DeclaredType) parent).asElement();
      if (KINDS.stream().noneMatch(k -> element.getSimpleName().contentEquals(k.type()))) {
        collect(element, methods);
      }
    }
  }

  private static String signature(ExecutableElement method) {
    StringJoiner types = new StringJoiner(", ", method.getSimpleName() + "(", ")");
    method.getParameters().forEach(p -> types.add(name(p.asType())));
    return types.toString();
  }

  private String method(Kind kind, ExecutableElement method) {
    Rule rule = RULES.stream().filter(r -> r.fits(kind.type(), method)).findFirst().orElse(PLAIN);
    used.add(rule);
    if (rule.handWritten()) {
      return "";
    }
    String type = name(method.getReturnType());
    if (WAYS_BACK.contains(type) && rule.result() == null) {
      throw new IllegalStateException("No rule says how to wrap what " + method + " returns");
    }
    return "\n  @Override\n  public "
        + declaration(method, type)
        + " {\n"
        + body(rule, method, type)
        + "  }\n";
  }

  private static String declaration(ExecutableElement method, String type) {
    StringJoiner variables = new StringJoiner(", ", "<", "> ").setEmptyValue("");
    for (TypeParameterElement variable : method.getTypeParameters()) {
      variables.add(variable.toString());
    }
    StringJoiner parameters = new StringJoiner(", ", "(", ")");
    int number = 0;
    for (VariableElement parameter : method.getParameters()) {
      parameters.add(name(parameter.asType()) + " a" + ++number);
    }
    StringJoiner thrown = new StringJoiner(", ", " throws ", "").setEmptyValue("");
    method.getThrownTypes().forEach(t -> thrown.add(name(t)));
    return variables + type + " " + method.getSimpleName() + parameters + thrown;
  }

  private static String body(Rule rule, ExecutableElement method, String type) {
    StringJoiner arguments = new StringJoiner(", ", "(", ")");
    for (int i = 1; i <= method.getParameters().size(); i++) {
      arguments.add("a" + i);
    }
    String call = rule.target() + "." + method.getSimpleName() + arguments + ";\n";
    boolean empty = method.getReturnType().getKind() == TypeKind.VOID;
    StringBuilder body = new StringBuilder();
    if (rule.result() != null) {
      body.append("    " + type + " result;\n");
    }
    body.append(rule.before());
    body.append("    try {\n      ");
    body.append(rule.result() != null ? "result = " : empty ? "" : "return ").append(call);
    body.append("    } catch (Throwable e) {\n      throw failed(e);\n");
    body.append(rule.after());
    body.append("    }\n");
    if (rule.result() != null) {
      body.append("    return " + rule.result().formatted("result") + ";\n");
    }
    return body.toString();
  }

  private static String name(TypeMirror type) {
    return type.toString().replace("java.lang.", "").replace("java.sql.", "");
  }

  private static Rule in(String type, String methods) {
    return new Rule(type, methods, "    check();\n", "driver", null, "", false);
  }

  /** A class to write: the interface, how the class begins, and what its constructor takes. */
  private record Kind(String type, String declaration, String parameters) {
    String className() {
      return declaration.replaceAll(".*?class (\\w+).*", "$1");
    }

    String arguments() {
      return parameters.replaceAll("[^,]+ (\\w+)", "$1").replace(",", ", ");
    }
  }

  /**
   * What the methods of an interface do.
   *
   * @param methods a pattern of the name, or of the return type and the name
   * @param before what comes before the call
   * @param target what is called
   * @param result what is returned, in place of the {@code %s} that the driver returned
   * @param after what comes after the call, whether it failed or not
   * @param handWritten whether the method is written by hand
   */
  private record Rule(
      String type,
      String methods,
      String before,
      String target,
      String result,
      String after,
      boolean handWritten) {
    boolean fits(String ofType, ExecutableElement method) {
      String name = method.getSimpleName().toString();
      return type.equals(ofType)
          && (name.matches(methods)
              || (name(method.getReturnType()) + " " + name).matches(methods));
    }

    /** Says that the method may send something, which must not happen after the deadline. */
    Rule sends() {
      return new Rule(type, methods, "    beforeSend();\n", target, result, after, handWritten);
    }

    /** Says that the method executes a statement with the given traits. */
    Rule executes(String traits) {
      String begin = "    beforeExecute(" + traits + ");\n";
      String end = "    } finally {\n      afterExecute();\n";
      return new Rule(type, methods, begin, target, result, end, handWritten);
    }

    Rule calls(String other) {
      return new Rule(type, methods, before, other, result, after, handWritten);
    }

    Rule returns(String expression) {
      return new Rule(type, methods, before, target, expression, after, handWritten);
    }

    Rule byHand() {
      return new Rule(type, methods, before, target, result, after, true);
    }
  }

  /** The source that the compiler asks for, though only the types of the JDK are of interest. */
  private static final class Nothing extends SimpleJavaFileObject {
    Nothing() {
      super(URI.create("string:///Nothing.java"), JavaFileObject.Kind.SOURCE);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return "class Nothing {}";
    }
  }
}
