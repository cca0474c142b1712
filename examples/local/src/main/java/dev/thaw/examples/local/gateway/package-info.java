/**
 * What API Gateway does: requests become events, and what a function answers becomes a response.
 */
package dev.thaw.examples.local.gateway;
