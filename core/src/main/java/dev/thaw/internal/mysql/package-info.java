/** The one place that knows MySQL Connector/J: its set-up, its session and its status flags. */
package dev.thaw.internal.mysql;
