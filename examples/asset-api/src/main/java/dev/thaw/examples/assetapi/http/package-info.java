/** Requests and responses of API Gateway, in both payload formats. */
package dev.thaw.examples.assetapi.http;
