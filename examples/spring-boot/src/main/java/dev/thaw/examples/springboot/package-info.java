/** A Spring Boot application on AWS Lambda that has all its connections from one provider. */
package dev.thaw.examples.springboot;
