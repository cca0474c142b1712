package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaEnvironmentTest {

  @ParameterizedTest
  @CsvSource({
    "AWS_LAMBDA_FUNCTION_NAME, orders",
    "AWS_LAMBDA_RUNTIME_API, 127.0.0.1:9001",
    "AWS_EXECUTION_ENV, AWS_Lambda_java21"
  })
  void a_function_is_told_by_each_of_these(String name, String value) {
    assertThat(LambdaEnvironment.isLambda(Map.of(name, value))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_EXECUTION_ENV, AWS_ECS_FARGATE",
    "AWS_EXECUTION_ENV, AWS_ECS_EC2",
    "AWS_EXECUTION_ENV, CloudShell",
    "AWS_EXECUTION_ENV, ''",
    "AWS_LAMBDA_FUNCTION_NAME, ''",
    "LAMBDA_TASK_ROOT, /var/task",
    "AWS_REGION, eu-central-1"
  })
  void other_services_of_aws_and_its_images_are_no_function(String name, String value) {
    assertThat(LambdaEnvironment.isLambda(Map.of(name, value))).isFalse();
  }
}
