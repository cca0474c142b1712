package dev.thaw.internal.jdbc;

import static dev.thaw.internal.jdbc.SqlTraits.CALLS_MYSQL_FUNCTION;
import static dev.thaw.internal.jdbc.SqlTraits.CHANGES_SCHEMA;
import static dev.thaw.internal.jdbc.SqlTraits.EXECUTES_UNSEEN;
import static dev.thaw.internal.jdbc.SqlTraits.INSERTS;
import static dev.thaw.internal.jdbc.SqlTraits.MAY_CHANGE_SESSION;
import static dev.thaw.internal.jdbc.SqlTraits.READS_DIAGNOSTICS;
import static dev.thaw.internal.jdbc.SqlTraits.READS_LAST_ID;
import static dev.thaw.internal.jdbc.SqlTraits.WRITES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTraitsTest {

  static Stream<String> reads() {
    return OrmStatements.READS.stream();
  }

  static Stream<String> inserts() {
    return OrmStatements.INSERTS.stream();
  }

  static Stream<String> otherWrites() {
    return OrmStatements.OTHER_WRITES.stream();
  }

  @ParameterizedTest
  @MethodSource("reads")
  void what_an_application_reads_by_is_clean_and_stores_nothing(String sql) {
    assertThat(SqlTraits.of(sql) & ~(READS_DIAGNOSTICS | CALLS_MYSQL_FUNCTION)).isZero();
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void what_an_application_inserts_by_is_clean(String sql) {
    assertThat(SqlTraits.of(sql) & ~CALLS_MYSQL_FUNCTION).isEqualTo(WRITES | INSERTS);
  }

  @ParameterizedTest
  @MethodSource("otherWrites")
  void what_else_an_application_writes_by_is_clean(String sql) {
    assertThat(SqlTraits.of(sql)).isEqualTo(WRITES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET autocommit=0",
        "SET NAMES latin1",
        "SET @a = 1",
        "set transaction read only",
        "SET STATEMENT max_statement_time=1 FOR SELECT 1",
        "USE other",
        "START TRANSACTION",
        "BEGIN",
        "CALL p()",
        "{call p(?)}",
        "{?= call f(?)}",
        "{ call p() }",
        "DO GET_LOCK('a', 0)",
        "LOCK TABLES t READ",
        "UNLOCK TABLES",
        "FLUSH TABLES WITH READ LOCK",
        "HANDLER t OPEN",
        "PREPARE s FROM 'select 1'",
        "EXECUTE s",
        "DEALLOCATE PREPARE s",
        "XA START 'x'",
        "CREATE TEMPORARY TABLE x (a int)",
        "DROP TEMPORARY TABLE x",
        "ALTER TABLE t ADD b INT",
        "TRUNCATE t",
        "ANALYZE SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "desc analyze select 1",
        "COMMIT AND CHAIN",
        "COMMIT RELEASE",
        "rollback work and chain",
        "ROLLBACK RELEASE",
        "nonsense",
        "`select` 1",
        "'select' 1",
        "? = 1",
        "1",
        "",
        "  \n",
        "-- only a comment",
        "/* only a comment */",
      })
  void a_statement_of_another_kind_is_suspect(String sql) {
    assertThat(SqlTraits.of(sql) & ~(CHANGES_SCHEMA | EXECUTES_UNSEEN))
        .isEqualTo(MAY_CHANGE_SESSION | WRITES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT GET_LOCK('a', 0)",
        "SELECT RELEASE_LOCK('a')",
        "SELECT RELEASE_ALL_LOCKS()",
        "SELECT f(1)",
        "select `f`(1)",
        "select \"f\"(1)",
        "select f (1)",
        "select f/**/(1)",
        "select f -- x\n (1)",
        "select f # x\n (1)",
        "select `f`/* a */\n(1)",
        "select `get_lock`('a', 0)",
        "select `a``b`(1)",
        "select db.f(1)",
        "select db.count(1)",
        "select db . `now`()",
        "select `db`.`f`(1)",
        "select md5(1)",
        "select sha1(1)",
        "select count (1)",
        "select count/**/(1)",
        "select `count`(1)",
        "select now ()",
        "select 1e(1)",
        "select größe(1)",
        "select ＣＯＵＮＴ(1)",
        "select \u017fum(1)",
        "select f\u00a0(1)",
        "select f\u3000(1)",
        "select $f(1)",
        "select {fn f(1)}",
        "select {fn get_lock('a', 0)}",
        "select count(*) from t where f(a)",
        "select * from t where (a) in (f(1))",
        "insert into t values (f(1))",
        "insert into t (a) values (f(1))",
        "insert into t(a) select f(1)",
        "insert into t (a) values (1) on duplicate key update a = f(1)",
        "insert into t set a = f(1)",
        "replace into t values (db.f(1))",
        "update t set a = f(1)",
        "delete from t where f(a)",
        "with a as (select f(1)) select 1",
        "with a as (select 1) select f(1)",
        "with a as (select 1), b as (select 2) select a, f(1)",
        "with a as (select 1) (select 1) order by 1, f(1)",
        "with a as (select 1) (select 1) order by (1), f(1)",
        "(with a as (select 1) select 1) order by f(1)",
        "with a as (select 1) table a order by f(1)",
        "with a as (select 1) insert into t (a) select 1",
        "table t order by f(1)",
        "show tables where f(1)",
        "select 1 as x, f(1)",
        "select cast(1 as char), f(1)",
        "select a from t as x where x.f(1)",
        "select next value for s",
        "select previous /* x */ value for s",
        "select nextval(s)",
        "select s.nextval",
        "select lastval(s)",
        "select setval(s, 1)",
        "select * from t procedure analyse()",
      })
  void a_call_that_is_no_known_function_is_suspect(String sql) {
    assertThat(SqlTraits.of(sql) & ~(INSERTS | CHANGES_SCHEMA | EXECUTES_UNSEEN))
        .isEqualTo(MAY_CHANGE_SESSION | WRITES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a INTO OUTFILE '/tmp/x' FROM t",
        "SELECT a INTO DUMPFILE '/tmp/x' FROM t",
        "SELECT 1.into outfile '/tmp/x'",
        "SELECT 1.5into outfile '/tmp/x'",
        "SELECT 1e1into outfile '/tmp/x'",
        "SELECT \\Ninto outfile '/tmp/x'",
        "SELECT a FROM t INTO v",
        "TABLE t INTO OUTFILE '/tmp/x'",
        "INSERT INTO t SELECT 1 INTO v",
        "EXPLAIN INSERT INTO t VALUES (1)",
        "SELECT 1; SET autocommit=0",
        "SELECT 1; SELECT 2",
        "SELECT 1;/**/-- x\n;",
        "SELECT 1 --\n; SELECT 2",
        "SELECT 1 -- x\r\n; SELECT 2",
        "SELECT 1 # x\n; SELECT 2",
        "SELECT 1 /* x */; SELECT 2",
        "SELECT /*! GET_LOCK('a', 0), */ 1",
        "SELECT 1 /*!80000 , 2 */",
        "SELECT 1 /*M! , 2 */",
        "SELECT 1 /*m!100000 , 2 */",
        "/*! SET autocommit=0 */",
        "SELECT /*+ SET_VAR(sort_buffer_size = 16M) */ 1",
        "SELECT 1 /* /* */ */; SET autocommit=0",
        "SELECT 1 /*/ */; SET autocommit=0",
        "SELECT '--'; SELECT 2",
        "SELECT ''''; SELECT 2",
        "SELECT '\\\\'; SELECT 2",
        "SELECT '\"'; SELECT 2",
        "SELECT `'`; SELECT 2",
        "SELECT `\\`; SELECT 2",
        "SELECT 1--1; SELECT 2",
        "SELECT 1 \u0000",
        "SELECT 1 \u001a",
        "SELECT 1 --\u0001 x",
        "SELECT 2fast FROM t",
      })
  void a_text_that_hides_more_than_one_read_is_suspect(String sql) {
    assertThat(SqlTraits.of(sql) & ~(INSERTS | CHANGES_SCHEMA | EXECUTES_UNSEEN))
        .isEqualTo(MAY_CHANGE_SESSION | WRITES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT @a",
        "SELECT @a := 1",
        "SELECT @a:=@a+1 FROM t",
        "SELECT @'a'",
        "SELECT @`a`",
        "SELECT a = 1 FROM t WHERE b = @tenant",
        "SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1",
      })
  void a_read_with_a_user_variable_is_suspect_but_stores_nothing(String sql) {
    assertThat(SqlTraits.of(sql)).isEqualTo(MAY_CHANGE_SESSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT LAST_INSERT_ID()",
        "select last_insert_id(5)",
        "select last_insert_id ()",
        "SELECT @@identity",
        "SELECT @@session.identity",
        "SELECT @@`identity`",
        "SELECT @@SESSION . `Identity`",
        "SELECT @@last_insert_id",
        "SELECT @@local.last_insert_id",
      })
  void a_read_of_the_last_id_is_told(String sql) {
    assertThat(SqlTraits.of(sql) & (READS_LAST_ID | MAY_CHANGE_SESSION))
        .isEqualTo(READS_LAST_ID | MAY_CHANGE_SESSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT `last_insert_id`()",
        "SELECT \"last_insert_id\"()",
        "CALL p(LAST_INSERT_ID())",
        "INSERT INTO t VALUES (LAST_INSERT_ID())",
        "UPDATE t SET id = LAST_INSERT_ID(id + 1)",
        "SELECT 1; SELECT LAST_INSERT_ID()",
        "SELECT /*! LAST_INSERT_ID() */",
        "SELECT 'a\\' , last_insert_id() , '",
        "SELECT 'unclosed",
        "SELECT \"unclosed",
        "SELECT `unclosed",
        "SELECT 1 /* unclosed",
        "SELECT 1 /*/",
        "SELECT 'a\\''",
        "SELECT \"a\\\"\"",
        "SELECT 'a\\\\\\''",
      })
  void where_it_cannot_be_read_or_may_write_the_last_id_is_told_too(String sql) {
    assertThat(SqlTraits.of(sql) & ~(INSERTS | CHANGES_SCHEMA | EXECUTES_UNSEEN))
        .isEqualTo(READS_LAST_ID | MAY_CHANGE_SESSION | WRITES);
  }

  @ParameterizedTest
  @CsvSource({
    "INSERT INTO t VALUES (1), 6",
    "REPLACE t VALUES (1), 6",
    "(INSERT INTO t VALUES (1)), 6",
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE t, 7",
    "SELECT INSERT('abc'%2C 1%2C 1%2C 'x'), 0",
    "UPDATE t SET a = REPLACE(a%2C 'x'%2C 'y'), 2",
    "EXPLAIN UPDATE t SET a = 1, 2",
    "SELECT identity FROM t, 0",
  })
  void tells_what_the_first_word_says(String sql, int traits) {
    assertThat(SqlTraits.of(sql.replace("%2C", ","))).isEqualTo(traits);
  }

  @Test
  void spaces_comments_and_case_between_the_tokens_change_nothing() {
    Random random = new Random(12);
    List<String> statements = new ArrayList<>(OrmStatements.READS);
    statements.addAll(OrmStatements.INSERTS);
    statements.addAll(OrmStatements.OTHER_WRITES);
    statements.addAll(
        List.of(
            "SELECT f(1)", "SET a=1", "SELECT 1;SELECT 2", "SELECT @a", "USE x", "SELECT a.b(1)"));
    for (String sql : statements) {
      for (int i = 0; i < 50; i++) {
        String other = disguise(sql, random);
        assertThat(SqlTraits.of(other)).as(other).isEqualTo(SqlTraits.of(sql));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CALL p(), true",
    "{call p(?)}, true",
    "{? = call f(?)}, true",
    "EXECUTE s, true",
    "EXECUTE IMMEDIATE 'SELECT 1', true",
    "SET STATEMENT max_statement_time=1 FOR CALL p(), true",
    "BEGIN NOT ATOMIC CALL p(); END, true",
    "SELECT 1; CALL p(), true",
    "/*M! CALL p() */, true",
    "SELECT `unclosed, true",
    "SET @a = 1, false",
    "SELECT f(1), false",
    "CREATE TABLE t (id INT), false"
  })
  void what_executes_others_is_told(String sql, boolean unseen) {
    assertThat((SqlTraits.of(sql) & EXECUTES_UNSEEN) != 0).isEqualTo(unseen);
  }

  @Test
  void judges_any_text_without_failing() {
    Random random = new Random(97);
    String alphabet = "abSELECT(){}[]'\"`\\/*!+-#;:@.,?_$0x9 \n\t\r\u0000\u00a0é\ud800";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder sql = new StringBuilder(random.nextBoolean() ? "select " : "");
      for (int length = random.nextInt(40); length > 0; length--) {
        sql.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(SqlTraits.of(sql.toString())).isBetween(0, 2 * EXECUTES_UNSEEN - 1);
    }
  }

  @Test
  void judges_every_beginning_of_a_statement_without_failing() {
    for (String sql : OrmStatements.READS) {
      for (int end = 0; end < sql.length(); end++) {
        assertThat(SqlTraits.of(sql.substring(0, end))).isBetween(0, 2 * EXECUTES_UNSEEN - 1);
      }
    }
  }

  @Test
  void reads_an_insert_of_megabytes_to_its_end() {
    StringBuilder sql = new StringBuilder("insert into t (a, b) values (1, 'x')");
    while (sql.length() < 4_000_000) {
      sql.append(", (2, 'some text with a '' quote and (parentheses); or so')");
    }
    assertThat(SqlTraits.of(sql.toString())).isEqualTo(WRITES | INSERTS);
    assertThat(SqlTraits.of(sql.append(", (3, f(1))").toString()))
        .isEqualTo(WRITES | INSERTS | MAY_CHANGE_SESSION);
  }

  /** Puts spaces and comments between tokens and turns the case of letters outside of quotes. */
  private static String disguise(String sql, Random random) {
    String[] blanks = {
      " ", "\n", "\t", "\r\n", "\f", "\u000b", "/**/", "/* ; ' */", "-- '\n", "#`\n"
    };
    StringBuilder result = new StringBuilder();
    SqlTokens tokens = new SqlTokens(sql);
    int from = 0;
    int previousEnd = 0;
    for (int token = tokens.next(); token != SqlTokens.END; token = tokens.next()) {
      String between = sql.substring(from, tokens.start());
      boolean apart = !between.isEmpty() || mayBeParted(sql, previousEnd, tokens.start(), token);
      result.append(between);
      if (apart && random.nextInt(3) == 0) {
        result.append(between.contains("#") || between.contains("--") ? "\n" : "");
        result.append(blanks[random.nextInt(blanks.length)]);
      }
      for (int i = tokens.start(); i < tokens.end(); i++) {
        char c = sql.charAt(i);
        boolean turn = token == SqlTokens.WORD && c < 0x80 && random.nextBoolean();
        result.append(turn ? Character.toUpperCase(c) : c);
      }
      from = tokens.end();
      previousEnd = from;
    }
    return result.append(sql, from, sql.length()).toString();
  }

  /** A name and its parenthesis, and signs of more than one character, stay together. */
  private static boolean mayBeParted(String sql, int previousEnd, int start, int token) {
    if (previousEnd == 0) {
      return true;
    }
    char before = sql.charAt(previousEnd - 1);
    return (before == ',' || before == '(' || before == ')' || before == '=')
        && (token <= SqlTokens.STRING || token == '(' || token == ')' || token == '?')
        && start == previousEnd;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "USE other",
        "use`other`",
        "DROP DATABASE appdb",
        "/*! USE other */",
        "SELECT 1; USE other",
        "SELECT 'a\\'; USE other"
      })
  void what_may_change_the_schema_is_told(String sql) {
    assertThat(SqlTraits.of(sql) & CHANGES_SCHEMA).isEqualTo(CHANGES_SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SET @use = 1", "SELECT * FROM t USE INDEX (i)", "CALL drop_all()", "SELECT 1;"})
  void what_cannot_change_the_schema_is_not(String sql) {
    assertThat(SqlTraits.of(sql) & CHANGES_SCHEMA).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW WARNINGS",
        "SHOW COUNT(*) ERRORS",
        "SELECT @@warning_count",
        "SELECT ROW_COUNT()",
        "SELECT FOUND_ROWS()"
      })
  void what_reads_of_the_statement_before_is_told(String sql) {
    assertThat(SqlTraits.of(sql) & READS_DIAGNOSTICS).isEqualTo(READS_DIAGNOSTICS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW VARIABLES LIKE 'last_insert%'",
        "SELECT * FROM performance_schema.session_variables"
      })
  void what_shows_the_variables_of_the_session_reads_the_last_id(String sql) {
    assertThat(SqlTraits.of(sql) & READS_LAST_ID).isEqualTo(READS_LAST_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT BIN_TO_UUID(id) FROM t", "SELECT 1 WHERE against(1)"})
  void a_call_that_only_MySQL_has_built_in_is_told(String sql) {
    assertThat(SqlTraits.of(sql)).isEqualTo(CALLS_MYSQL_FUNCTION);
  }
}
