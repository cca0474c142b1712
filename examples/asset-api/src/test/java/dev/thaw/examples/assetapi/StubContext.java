package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.time.Duration;

/** The context of one invocation. */
final class StubContext implements Context {
  static final String REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

  private final long start = System.nanoTime();
  private final Duration timeout;

  StubContext(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return (int) timeout.minusNanos(System.nanoTime() - start).toMillis();
  }

  @Override
  public String getAwsRequestId() {
    return REQUEST_ID;
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/asset-api";
  }

  @Override
  public String getLogStreamName() {
    return "2026/11/01/[1]0";
  }

  @Override
  public String getFunctionName() {
    return "asset-api";
  }

  @Override
  public String getFunctionVersion() {
    return "1";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:eu-central-1:123456789012:function:asset-api";
  }

  @Override
  public CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getMemoryLimitInMB() {
    return 1024;
  }

  @Override
  public LambdaLogger getLogger() {
    throw new UnsupportedOperationException("The handlers log through slf4j");
  }
}
