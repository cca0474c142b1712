package dev.thaw.internal.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of MySQL's language that {@link SqlTraits} tells apart, found without allocation and
 * without regard to case.
 *
 * <p>A word that is missing here is a name: followed by a parenthesis it counts as the call of a
 * stored function. Functions that not every MySQL since 8.0.24 has are left out (MariaDB's own; MD5
 * and SHA1, which MySQL 9.7 no longer has), since a stored function may bear their name there.
 * Thread-safe.
 */
final class SqlWords {

  /** The word may stand before a parenthesis without calling a stored function. */
  static final int BUILT_IN = 1;

  /**
   * The word is a built-in function only if the parenthesis follows at once: with a space between,
   * the server calls the stored function of that name (unless sql_mode has IGNORE_SPACE).
   */
  static final int TIGHT = 1 << 1;

  /** A statement that begins with the word reads. */
  static final int READ = 1 << 2;

  /** A statement that begins with the word stores rows. */
  static final int WRITE = 1 << 3;

  /** A statement that begins with the word may leave a LAST_INSERT_ID. */
  static final int INSERT = 1 << 4;

  /** A statement that begins with the word ends or marks a transaction. */
  static final int END = 1 << 5;

  /** The word makes the statement suspect wherever it stands. */
  static final int SUSPECT = 1 << 6;

  /** The word makes a statement suspect that ends a transaction. */
  static final int SUSPECT_AT_END = 1 << 7;

  /** The word is LAST_INSERT_ID, or one of a statement that shows it. */
  static final int LAST_ID = 1 << 8;

  /** The word is IDENTITY: as a system variable, another name of LAST_INSERT_ID. */
  static final int IDENTITY = 1 << 9;

  /** The word is INTO. */
  static final int INTO = 1 << 10;

  /** The word may stand between INSERT and the table's name. */
  static final int MODIFIER = 1 << 11;

  /** What follows the word is a new name or a type, and no call. */
  static final int BEFORE_NAME = 1 << 12;

  /** The word is WITH. */
  static final int WITH = 1 << 13;

  /** The word is FOR, as in FOR UPDATE. */
  static final int FOR = 1 << 14;

  /** The word is UPDATE or DELETE: a statement that contains it stores rows. */
  static final int CHANGES_ROWS = 1 << 15;

  /** The word before VALUE in MariaDB's NEXT VALUE FOR. */
  static final int NEXT = 1 << 16;

  /** The word is VALUE. */
  static final int VALUE = 1 << 17;

  /** The word of a read that changes what the session remembers. */
  static final int SESSION = 1 << 18;

  /** The word is ROLE. */
  static final int ROLE = 1 << 19;

  /** A statement that begins with the word may change the default schema. */
  static final int SCHEMA = 1 << 20;

  /** The word reads what the statement before has left: its warnings or its row count. */
  static final int DIAGNOSTICS = 1 << 21;

  /** The word is {@link #BUILT_IN} to MySQL, but not to every MariaDB since 10.6. */
  static final int MYSQL = 1 << 22;

  /** The word executes what its own statement does not show. */
  static final int OPAQUE = 1 << 23;

  private static final String KEYWORDS =
      """
      all and any between binary both by case cross distinct distinctrow div else except
      exists from having in index inner intersect interval is join key leading like limit
      natural not offset on or outer over partition regexp returning rlike row set some
      straight_join then trailing union using when where window xor bit char character
      datetime dec decimal double float int integer nchar numeric nvarchar real text varbinary
      varchar year
      """;

  private static final String TIGHT_FUNCTIONS =
      """
      adddate bit_and bit_or bit_xor cast count cume_dist curdate curtime date_add date_sub
      dense_rank extract first_value group_concat json_arrayagg json_objectagg lag lead max
      mid min now nth_value ntile percent_rank position rank session_user std stddev
      stddev_pop stddev_samp subdate substr substring sum sysdate system_user trim var_pop
      var_samp variance
      """;

  private static final String FUNCTIONS =
      """
      abs acos addtime aes_decrypt aes_encrypt ascii asin atan atan2 avg benchmark bin
      bit_count bit_length ceil ceiling char_length character_length charset coalesce
      coercibility collation compress concat concat_ws connection_id conv convert convert_tz
      cos cot crc32 current_date current_role current_time current_timestamp current_user
      database date date_format datediff day dayname dayofmonth dayofweek dayofyear default
      degrees elt exp export_set extractvalue field find_in_set floor format from_base64
      from_days from_unixtime get_format greatest hex hour if ifnull inet6_aton inet6_ntoa
      inet_aton inet_ntoa instr is_free_lock is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
      is_used_lock isnull json_array json_array_append json_array_insert json_contains
      json_contains_path json_depth json_extract json_insert json_keys json_length json_merge
      json_merge_patch json_merge_preserve json_object json_quote json_remove json_replace
      json_search json_set json_type json_unquote json_valid json_value last_day last_value
      lcase least left length ln load_file localtime localtimestamp locate log log10 log2
      lower lpad ltrim make_set makedate maketime match microsecond minute mod month monthname
      name_const nullif oct octet_length ord period_add period_diff pi pow power quarter quote
      radians rand regexp_instr regexp_replace regexp_substr repeat reverse right round
      row_number rpad rtrim schema sec_to_time second sha2 sign sin sleep soundex space sqrt
      st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_centroid
      st_contains st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance
      st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext
      st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb
      st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_issimple
      st_length st_linefromtext st_linestringfromtext st_mlinefromtext st_mpointfromtext
      st_mpolyfromtext st_numgeometries st_numpoints st_overlaps st_pointfromtext
      st_pointfromwkb st_pointn st_polyfromtext st_polygonfromtext st_srid st_startpoint
      st_symdifference st_touches st_union st_within st_x st_y mbrcontains mbrdisjoint
      mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin str_to_date strcmp
      substring_index subtime tan time time_format time_to_sec timediff timestamp timestampadd
      timestampdiff to_base64 to_days to_seconds truncate ucase uncompress uncompressed_length
      unhex unix_timestamp updatexml upper user utc_date utc_time utc_timestamp uuid
      uuid_short version week weekday weekofyear weight_string yearweek
      """;

  private static final String MYSQL_FUNCTIONS =
      """
      against any_value bin_to_uuid columns escape format_bytes format_pico_time
      geometrycollection grouping gtid_subset gtid_subtract is_uuid json_overlaps json_pretty
      json_schema_valid json_schema_validation_report json_storage_free json_storage_size
      json_table lateral linestring mbrcoveredby mbrcovers multilinestring multipoint
      multipolygon of point polygon random_bytes regexp_like rollup st_geohash st_isvalid
      st_latfromgeohash st_latitude st_longfromgeohash st_longitude st_makeenvelope
      st_numinteriorring st_pointfromgeohash st_simplify st_swapxy st_transform st_validate
      statement_digest statement_digest_text uuid_to_bin validate_password_strength
      """;

  /** A power of two, about four times the number of words. */
  private static final int SLOTS = 2048;

  private static final int LONGEST = 32;
  private static final byte[][] WORDS = new byte[SLOTS][];
  private static final int[] FLAGS = new int[SLOTS];

  static {
    add(BUILT_IN, KEYWORDS);
    add(BUILT_IN, FUNCTIONS);
    add(BUILT_IN | TIGHT, TIGHT_FUNCTIONS);
    add(BUILT_IN | MYSQL, MYSQL_FUNCTIONS);
    add(BUILT_IN | TIGHT | MYSQL, "st_collect");
    add(READ | BUILT_IN, "select table values");
    add(READ, "show explain desc describe");
    add(READ | WITH | BEFORE_NAME, "with");
    add(WRITE | INSERT | BUILT_IN, "insert replace");
    add(WRITE | CHANGES_ROWS, "update delete");
    add(END, "commit rollback savepoint");
    add(END | SUSPECT_AT_END, "release");
    add(SUSPECT_AT_END, "chain");
    add(INSERT, "load");
    add(SUSPECT, "analyze lastval nextval procedure setval");
    add(SUSPECT | OPAQUE, "call");
    add(OPAQUE, "execute");
    add(SESSION, "sql_calc_found_rows");
    add(ROLE, "role");
    add(BUILT_IN | DIAGNOSTICS, "found_rows row_count");
    add(DIAGNOSTICS, "errors error_count warnings warning_count");
    // The variables of a session have it too.
    add(LAST_ID, "last_insert_id session_variables variables variables_by_thread");
    add(SCHEMA, "drop use");
    add(IDENTITY, "identity");
    add(INTO, "into");
    add(MODIFIER, "delayed high_priority ignore low_priority");
    add(BEFORE_NAME | BUILT_IN, "as");
    add(BEFORE_NAME, "recursive");
    add(FOR, "for");
    add(NEXT, "next previous");
    add(VALUE | BUILT_IN, "value");
  }

  private SqlWords() {}

  /** Returns the flags of the word that the text has at a place, or 0. */
  static int find(String sql, int start, int end) {
    int length = end - start;
    if (length < 2 || length > LONGEST) {
      return 0;
    }
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + (sql.charAt(i) | 0x20);
    }
    int slot = slot(hash);
    for (byte[] word = WORDS[slot]; word != null; word = WORDS[slot]) {
      if (word.length == length && matches(word, sql, start)) {
        return FLAGS[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return 0;
  }

  /**
   * Adds a list. This runs at the first statement of a cold start, when code is still interpreted:
   * over bytes it takes less time than over a string's characters.
   */
  private static void add(int flags, String list) {
    byte[] words = list.getBytes(StandardCharsets.US_ASCII);
    int start = 0;
    int hash = 0;
    for (int i = 0; i <= words.length; i++) {
      if (i < words.length && words[i] > ' ') {
        hash = hash * 31 + (words[i] | 0x20);
        continue;
      }
      if (start < i) {
        int slot = slot(hash);
        while (WORDS[slot] != null) {
          slot = (slot + 1) & (SLOTS - 1);
        }
        WORDS[slot] = Arrays.copyOfRange(words, start, i);
        FLAGS[slot] = flags;
      }
      start = i + 1;
      hash = 0;
    }
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 11) & (SLOTS - 1);
  }

  /**
   * Compares by ASCII's case alone: with Unicode's, the Kelvin sign would be a k, which it is not
   * to the server.
   */
  private static boolean matches(byte[] word, String sql, int start) {
    for (int i = 0; i < word.length; i++) {
      if ((word[i] | 0x20) != (sql.charAt(start + i) | 0x20)) {
        return false;
      }
    }
    return true;
  }
}
