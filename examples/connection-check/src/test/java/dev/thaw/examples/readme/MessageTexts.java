package dev.thaw.examples.readme;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The texts in the sources of a module, but for those of a log below its warnings. What is
 * concatenated is one text, with {@code …} for what varies.
 */
final class MessageTexts extends TreeScanner<Void, Boolean> {
  /** Methods of SLF4J, and {@code Telemetry.detail}, which logs at debug. */
  private static final Set<String> BELOW_WARNING = Set.of("trace", "debug", "info", "detail");

  private static final Set<String> WARNING = Set.of("warn", "error");
  private static final Pattern SAYING = Pattern.compile("\\w*(Exception|Error|Flaw)(<>)?");
  private static final Pattern HOLE = Pattern.compile("\\{}|%[ds]");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern LETTER = Pattern.compile("\\p{Alpha}");

  /**
   * A text.
   *
   * @param file the name of the file that has it, without its ending
   * @param message whether it may be a message or a part of one: it has two words or more as an
   *     argument of an exception, a flaw or a warning, or three wherever it stands
   */
  record Text(String file, String words, boolean message) {}

  private final String file;
  private final List<Text> found;

  private MessageTexts(String file, List<Text> found) {
    this.file = file;
    this.found = found;
  }

  static List<Text> of(Path sources) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(sources)) {
      files = all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
    List<Text> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        String name =
            Path.of(unit.getSourceFile().toUri()).getFileName().toString().replace(".java", "");
        new MessageTexts(name, found).scan(unit, false);
      }
    }
    return found;
  }

  @Override
  public Void visitAnnotation(AnnotationTree annotation, Boolean said) {
    return null;
  }

  @Override
  public Void visitNewClass(NewClassTree creation, Boolean said) {
    scan(creation.getEnclosingExpression(), false);
    scan(creation.getClassBody(), false);
    scan(creation.getArguments(), SAYING.matcher(creation.getIdentifier().toString()).matches());
    return null;
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, Boolean said) {
    String method =
        call.getMethodSelect() instanceof MemberSelectTree select
            ? select.getIdentifier().toString()
            : "";
    if (BELOW_WARNING.contains(method)) {
      return null;
    }
    scan(call.getMethodSelect(), said);
    scan(call.getArguments(), WARNING.contains(method));
    return null;
  }

  @Override
  public Void visitBinary(BinaryTree binary, Boolean said) {
    String text = text(binary);
    if (text == null) {
      return super.visitBinary(binary, said);
    }
    take(text, said);
    scanHoles(binary);
    return null;
  }

  @Override
  public Void visitLiteral(LiteralTree literal, Boolean said) {
    if (literal.getValue() instanceof String text) {
      take(text, said);
    }
    return null;
  }

  private void take(String text, boolean said) {
    long words = SPACE.splitAsStream(text).filter(part -> LETTER.matcher(part).find()).count();
    found.add(new Text(file, HOLE.matcher(text).replaceAll("…"), words >= (said ? 2 : 3)));
  }

  private void scanHoles(ExpressionTree part) {
    if (part instanceof BinaryTree both && both.getKind() == Tree.Kind.PLUS) {
      scanHoles(both.getLeftOperand());
      scanHoles(both.getRightOperand());
    } else if (!(part instanceof LiteralTree)) {
      scan(part, false);
    }
  }

  /** The text of a concatenation, or null if it is none. */
  private static @Nullable String text(ExpressionTree part) {
    if (part instanceof ParenthesizedTree inner) {
      return text(inner.getExpression());
    }
    if (part instanceof LiteralTree literal && literal.getValue() instanceof String text) {
      return text;
    }
    if (part instanceof BinaryTree both && both.getKind() == Tree.Kind.PLUS) {
      String left = text(both.getLeftOperand());
      String right = text(both.getRightOperand());
      return left == null && right == null ? null : or(left) + or(right);
    }
    return null;
  }

  private static String or(@Nullable String text) {
    return text == null ? "…" : text;
  }
}
