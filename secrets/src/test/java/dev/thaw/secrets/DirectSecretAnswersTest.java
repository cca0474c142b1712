package dev.thaw.secrets;

import java.util.Map;

/** The same in AWS Lambda, without AWS's SDK. */
class DirectSecretAnswersTest extends SecretAnswersTest {

  @Override
  Map<String, String> variables() {
    return SourceFixture.LAMBDA;
  }
}
