package dev.thaw.examples.assetapi;

/** Who sends events, and in which format. */
enum PayloadFormat {
  REST_API,
  HTTP_API_1,
  HTTP_API_2
}
