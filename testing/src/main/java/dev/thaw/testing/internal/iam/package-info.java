/** What stands in for IAM authentication at a database. Not API. */
package dev.thaw.testing.internal.iam;
