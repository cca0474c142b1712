/**
 * What every package of this module may use: it depends on no other and appears in no signature.
 */
package dev.thaw.internal.util;
