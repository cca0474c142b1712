/** MySQL connections that stay right through the life of an AWS Lambda execution environment. */
package dev.thaw;
