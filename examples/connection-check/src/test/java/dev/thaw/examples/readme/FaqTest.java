package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the page of messages with the messages in the sources. */
class FaqTest {
  // Surefire runs in the module's folder.
  private static final Path TOP = Path.of("..", "..");

  /** The texts of an entry stand in the paragraph below its heading. */
  private static final Pattern ENTRY = Pattern.compile("(?m)^### .*\\n\\n(.*)$");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** README's table of settings, the meters' descriptions, and lists of words and classes. */
  private static final Pattern TABLES =
      Pattern.compile("(Builder|Environment)Settings|ThawMetrics|SqlWords|DriverClasses");

  /** What assertions call what they compare, and what fakes answer, mostly in AWS's words. */
  private static final Pattern ASSERTED_OR_FAKED =
      Pattern.compile(
          "\\w+(Assert|Assertions|Contract)|ContractFixture|SecretsManager(Error|Api|Fault|Operation)"
              + "|(LambdaExtension|Runtime)Api|SecretStore|SecretContent|TokenCheck|Sandbox|IamFront"
              + "|RoleCredentials|WireReader");

  /**
   * SQL and commands, and what {@code toString} and templates of formats make: a name and its
   * value.
   */
  private static final Pattern NO_SENTENCE =
      Pattern.compile(
          "(?s)[ ,(]*((SELECT|SET|WHERE|ON|WITH|CREATE|ALTER|DROP|INSERT|DELETE|GRANT|ROLLBACK|GET"
              + "|trap)\\b|-alias |SHOW \\w+ [A-Z]|@@).*"
              + "|\\w+\\[.*|.*[A-Za-z]=….*");

  /** By these Thaw recognises messages of others. */
  private static final List<String> OF_OTHERS =
      List.of(
          " found at row ",
          "Public Key Retrieval",
          "Communications link failure",
          "Unable to load credentials",
          "Unable to unmarshall");

  /** What is allowed, where a message says that another value is not. */
  private static final List<String> ALLOWED =
      List.of(
          "LOCAL, SERVER, or a time zone such as Europe/Berlin or +01:00",
          "a character encoding that Java knows",
          "a collation that the driver knows; for others of the server detectCustomCollations=true",
          "a file of PEM certificates",
          "the path of a file",
          "250ms, 30s, 5m, 1h or ISO-8601 (PT30S)",
          "a host name of letters, digits, '.', '-' and '_', or an IPv4 or IPv6 address",
          "up to 64 letters, digits, spaces and '_', '$', '.', '-', '+'",
          "names like eu-central-1",
          "an absolute https address, or an http one on the loopback interface, such as"
              + " https://secretsmanager.eu-central-1.amazonaws.com or http://127.0.0.1:4566",
          "allowed: name=value&name=value",
          "a secret's name (letters, digits and /_+=.@-) or its ARN, at most 2048 characters",
          "name=key&name=key, each name once, of host, port, database, username, password",
          "letters, digits and '_', the first a letter, the last not '_' (an underscore is added:"
              + " ORDERS reads ORDERS_DB_HOST)",
          "'…', which secretId's ARN names");

  /** What a message calls something, or adds to itself. */
  private static final List<String> PARTS =
      List.of(
          "; did you mean …?",
          "it is UTF-8",
          "the CA file … (sslCa, DB_SSL_CA)",
          "names that cannot be read",
          "the JVM's trust store",
          "Amazon's authorities, and the JVM's trust store",
          "before the checkpoint",
          "after the restore",
          "forget what it holds",
          "a letter or a digit",
          "character beyond ASCII",
          "the address of …",
          "the file of …",
          "the Lambda extension",
          "the extension's session token",
          "IAM token for … in …",
          "line …, character …",
          "of an unknown version",
          "no such value",
          "true or false",
          "an object or a list",
          "… is a variable of the process",
          "the credentials are set in code",
          "it is there",
          "it wrote no log",
          "its log cannot be read (…)",
          "Bind on TCP",
          "Thaw test CA …");

  private final List<MessageTexts.Text> texts;
  private final List<String> entries;

  FaqTest() throws IOException {
    texts = texts();
    entries = entries();
  }

  @Test
  void each_message_has_an_entry() {
    List<MessageTexts.Text> messages =
        texts.stream()
            .filter(MessageTexts.Text::message)
            .filter(text -> !TABLES.matcher(text.file()).matches())
            .filter(text -> !ASSERTED_OR_FAKED.matcher(text.file()).matches())
            .filter(text -> !NO_SENTENCE.matcher(text.words()).matches())
            .filter(text -> !withoutEntry().contains(text.words()))
            .toList();
    assertThat(messages).hasSizeGreaterThan(300);
    assertThat(messages)
        .filteredOn(text -> entries.stream().noneMatch(entry -> isIn(text.words(), entry)))
        .as("without an entry in examples/FAQ.md, or a reason in this test")
        .isEmpty();
  }

  @Test
  void each_entry_is_for_messages_that_there_are() {
    assertThat(entries).doesNotHaveDuplicates();
    assertThat(entries)
        .filteredOn(entry -> texts.stream().noneMatch(text -> isIn(text.words(), entry)))
        .as("without a message in the sources")
        .isEmpty();
    assertThat(texts.stream().map(MessageTexts.Text::words)).containsAll(withoutEntry());
  }

  /** Returns whether a message has the text of an entry, which may leave out what varies. */
  private static boolean isIn(String message, String entry) {
    int from = 0;
    for (String part : entry.split("…", -1)) {
      int at = message.indexOf(part.strip(), from);
      if (at < 0) {
        return false;
      }
      from = at + part.strip().length();
    }
    return true;
  }

  private static List<String> withoutEntry() {
    return Stream.of(OF_OTHERS, ALLOWED, PARTS).flatMap(List::stream).toList();
  }

  private static List<MessageTexts.Text> texts() throws IOException {
    List<MessageTexts.Text> texts = new ArrayList<>();
    for (String module : List.of("core", "secrets", "testing")) {
      texts.addAll(MessageTexts.of(TOP.resolve(Path.of(module, "src", "main", "java"))));
    }
    return texts;
  }

  private static List<String> entries() throws IOException {
    List<String> entries = new ArrayList<>();
    Matcher entry = ENTRY.matcher(Files.readString(TOP.resolve("examples").resolve("FAQ.md")));
    while (entry.find()) {
      List<String> found =
          CODE.matcher(entry.group(1)).results().map(code -> code.group(1)).toList();
      assertThat(found).as(entry.group()).isNotEmpty();
      entries.addAll(found);
    }
    return entries;
  }
}
