package dev.thaw.internal.provider;

/**
 * A connect that was refused since the server was full.
 *
 * @param remainingMillis what is left of the deadline
 * @param tries how often this get has tried
 * @param tookMillis how long this try took
 * @param decidedMillis how long ago it was decided when to try
 */
record Refusal(long remainingMillis, int tries, long tookMillis, long decidedMillis) {}
