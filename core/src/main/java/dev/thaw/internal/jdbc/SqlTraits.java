package dev.thaw.internal.jdbc;

/**
 * What a SQL text can do, as far as its words tell: whether it can change the session, whether it
 * stores rows, and how it deals with LAST_INSERT_ID.
 *
 * <p>The judgement errs on one side: a bit that is missing is certain but for what a view, a
 * trigger or a default hides, and a bit that is set may be wrong. The text is read once, and none
 * of it is copied. Not thread-safe; {@link #of} is.
 */
public final class SqlTraits {

  /** The statement may leave the session different from what it found. */
  public static final int MAY_CHANGE_SESSION = 1;

  /** The statement may store something: it is not surely a read. Taking row locks is a read. */
  public static final int WRITES = 2;

  /** The statement begins with INSERT, REPLACE or LOAD, and may leave a LAST_INSERT_ID. */
  public static final int INSERTS = 4;

  /**
   * The statement mentions LAST_INSERT_ID, which also sets {@link #MAY_CHANGE_SESSION}, or a text
   * that may mention it cannot be read.
   */
  public static final int READS_LAST_ID = 8;

  /** The statement may set the session's role. */
  public static final int CHANGES_ROLE = 16;

  /** The statement may change the default schema. */
  public static final int CHANGES_SCHEMA = 32;

  /** The statement reads the warnings or the row count that the one before has left. */
  public static final int READS_DIAGNOSTICS = 64;

  /**
   * The statement calls what is built in to MySQL, but may be a stored function on MariaDB, which
   * may do anything.
   */
  public static final int CALLS_MYSQL_FUNCTION = 128;

  /** The statement executes others, of which its text shows nothing. */
  public static final int EXECUTES_UNSEEN = 256;

  /** Set in {@link #verb} once the first word was seen, known or not. */
  private static final int STARTED = 1 << 31;

  private final String sql;
  private final SqlTokens tokens;
  private int traits;

  /** The flags of the statement's first word; 0 before it. */
  private int verb;

  /** The last token, and what is known of it if it is a name. */
  private int previous;

  private int word;
  private int nameEnd;
  private boolean qualified;

  /** The last name follows a value, as AGAINST does in MATCH (a) AGAINST (b): it is no call. */
  private boolean afterOperand;

  /** The last name is no call, even if a parenthesis follows. */
  private boolean notCalled;

  private int depth;

  /** The name of the table to insert into is still to come. */
  private boolean expectsTable;

  /** Reading the list of common table expressions in front of the statement proper. */
  private boolean inWithList;

  private boolean sawSystemVariable;
  private boolean ended;

  private SqlTraits(String sql) {
    this.sql = sql;
    this.tokens = new SqlTokens(sql);
  }

  /**
   * Returns what the statement can do.
   *
   * @param sql the text as given to the driver, with JDBC's escapes and placeholders
   * @return the sum of the constants of this class that apply
   */
  public static int of(String sql) {
    return new SqlTraits(sql).judge();
  }

  private int judge() {
    for (int token = tokens.next(); token != SqlTokens.END; token = tokens.next()) {
      if (ended) {
        doubt();
        traits |= CHANGES_SCHEMA;
      }
      judge(token);
      previous = token;
    }
    if (verb == 0) {
      doubt();
    }
    return traits;
  }

  private void judge(int token) {
    switch (token) {
      case SqlTokens.WORD -> word(SqlWords.find(sql, tokens.start(), tokens.end()));
      case SqlTokens.QUOTED -> quoted();
      case SqlTokens.SYSTEM_VARIABLE -> sawSystemVariable = true;
      case SqlTokens.UNREADABLE -> {
        doubt();
        traits |= READS_LAST_ID | CHANGES_SCHEMA | EXECUTES_UNSEEN;
      }
      case SqlTokens.UNCLEAR -> doubt();
      case '(' -> open();
      case ')' -> depth--;
      case ';' -> ended = true;
      case '@', ':' -> traits |= MAY_CHANGE_SESSION;
      case '.' -> notCalled &= afterName();
      default -> {
        if (verb == 0 && token != '{') {
          doubt();
        }
      }
    }
  }

  private void word(int flags) {
    if (verb == 0) {
      begin(flags);
    } else {
      if (((flags & SqlWords.INTO) != 0 && !expectsTable)
          || ((flags & SqlWords.VALUE) != 0 && previousWordIs(SqlWords.NEXT))
          || ((flags & SqlWords.SUSPECT_AT_END) != 0 && (verb & SqlWords.END) != 0)) {
        doubt();
      }
      if ((flags & SqlWords.ROLE) != 0
          && (verb & (SqlWords.READ | SqlWords.WRITE | SqlWords.END)) == 0) {
        traits |= CHANGES_ROLE;
      }
      if ((flags & SqlWords.CHANGES_ROWS) != 0 && !previousWordIs(SqlWords.FOR)) {
        traits |= WRITES;
      }
      if (inWithList && depth == 0 && (flags & (SqlWords.READ | SqlWords.WRITE)) != 0) {
        inWithList = false;
        if ((flags & SqlWords.INSERT) != 0) {
          doubt();
        }
      }
    }
    boolean table =
        expectsTable && (flags & (SqlWords.INTO | SqlWords.MODIFIER | SqlWords.INSERT)) == 0;
    name(flags, table);
    mention(flags);
  }

  /** Judges the statement by its first word. */
  private void begin(int flags) {
    verb = flags | STARTED;
    if ((flags & (SqlWords.READ | SqlWords.WRITE | SqlWords.END)) == 0) {
      doubt();
    }
    if ((flags & SqlWords.READ) == 0) {
      traits |= WRITES;
    }
    if ((flags & SqlWords.INSERT) != 0) {
      traits |= INSERTS;
    }
    if ((flags & SqlWords.SCHEMA) != 0) {
      traits |= CHANGES_SCHEMA;
    }
    expectsTable = (flags & SqlWords.INSERT) != 0;
    inWithList = (flags & SqlWords.WITH) != 0 && depth == 0;
  }

  private void quoted() {
    if (verb == 0) {
      doubt();
    }
    name(0, expectsTable);
    int flags = SqlWords.find(sql, tokens.start() + 1, tokens.end() - 1);
    mention(flags & (SqlWords.LAST_ID | SqlWords.IDENTITY));
  }

  private void name(int flags, boolean table) {
    qualified = previous == '.';
    afterOperand = previous == ')';
    boolean qualifiesTable = qualified && notCalled;
    boolean introduced = previousWordIs(SqlWords.BEFORE_NAME) || (inWithList && depth == 0);
    notCalled = table || qualifiesTable || introduced;
    expectsTable &= !table;
    word = flags;
    nameEnd = tokens.end();
  }

  private void mention(int flags) {
    if ((flags & SqlWords.LAST_ID) != 0
        || ((flags & SqlWords.IDENTITY) != 0 && sawSystemVariable)) {
      traits |= READS_LAST_ID | MAY_CHANGE_SESSION;
    }
    if ((flags & SqlWords.SESSION) != 0) {
      traits |= MAY_CHANGE_SESSION;
    }
    if ((flags & SqlWords.DIAGNOSTICS) != 0) {
      traits |= READS_DIAGNOSTICS;
    }
    if ((flags & SqlWords.SUSPECT) != 0) {
      doubt();
    }
    if ((flags & SqlWords.OPAQUE) != 0) {
      traits |= EXECUTES_UNSEEN;
    }
  }

  private void open() {
    if (afterName()) {
      boolean builtIn =
          previous == SqlTokens.WORD
              && !qualified
              && (word & SqlWords.BUILT_IN) != 0
              && ((word & SqlWords.TIGHT) == 0 || nameEnd == tokens.start());
      if (!builtIn && !notCalled) {
        doubt();
      } else if (builtIn && (word & SqlWords.MYSQL) != 0 && !afterOperand) {
        traits |= CALLS_MYSQL_FUNCTION;
      }
    } else if (previous == ')' && depth == 0) {
      // The statement proper stands in parentheses.
      inWithList = false;
    }
    expectsTable = false;
    depth++;
  }

  private boolean afterName() {
    return previous == SqlTokens.WORD || previous == SqlTokens.QUOTED;
  }

  private boolean previousWordIs(int flag) {
    return previous == SqlTokens.WORD && (word & flag) != 0;
  }

  private void doubt() {
    traits |= MAY_CHANGE_SESSION | WRITES;
  }
}
