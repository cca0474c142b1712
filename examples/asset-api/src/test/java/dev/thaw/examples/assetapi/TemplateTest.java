package dev.thaw.examples.assetapi;

import static dev.thaw.examples.assetapi.Template.map;
import static dev.thaw.examples.assetapi.Template.mapsWith;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What nobody but this test would notice in the template, since a stack with more rights works as
 * well: who may do what, and what is let through. Whether it is a valid template, {@code
 * .ci/template} checks.
 */
class TemplateTest {
  private static final String MASTER = "MasterUserSecret";
  private static final List<String> ROUTED = List.of("CreateAsset", "GetAsset", "ListAssets");
  private Template template;

  @BeforeEach
  void read() throws IOException {
    template = Template.read();
  }

  private Map<String, Map<String, Object>> functions() {
    return template.resources("AWS::Serverless::Function");
  }

  @Test
  void no_statement_allows_all_actions_or_all_resources() {
    List<Map<String, Object>> allowed =
        mapsWith("Effect", template.root()).stream()
            .filter(statement -> statement.get("Effect").equals("Allow"))
            .toList();
    assertThat(allowed).hasSizeGreaterThan(5);
    for (Map<String, Object> statement : allowed) {
      assertThat(statement.get("Action").toString()).doesNotContain("*");
      if (!statement.get("Action").equals("sts:AssumeRole")) {
        assertThat(statement.get("Resource").toString()).doesNotContain("*");
      }
    }
  }

  @Test
  void only_the_function_that_creates_the_schema_gets_the_administrator_s_secret() {
    assertThat(functions())
        .containsOnlyKeys("CreateAsset", "CreateSchema", "GetAsset", "ListAssets");
    functions()
        .forEach(
            (name, function) -> {
              boolean routed = function.containsKey("Events");
              assertThat(routed).as(name).isEqualTo(ROUTED.contains(name));
              assertThat(function.get("Role"))
                  .isEqualTo(Map.of("!GetAtt", (routed ? "Function" : "Schema") + "Role.Arn"));
              assertThat(function.toString().contains(MASTER)).as(name).isEqualTo(!routed);
            });
    assertThat(map(template.root().get("Globals")).toString()).doesNotContain(MASTER);
    assertThat(template.resource("FunctionRole").toString()).doesNotContain(MASTER);
    assertThat(template.resource("DatabaseProxyRole").toString()).doesNotContain(MASTER);
    assertThat(template.resource("DatabaseProxy").toString()).doesNotContain(MASTER);
    assertThat(template.resource("SchemaRole").toString()).contains(MASTER);
  }

  @Test
  void no_password_is_a_parameter_or_a_variable_and_nothing_weakens_tls() {
    assertThat(template.root().toString())
        .doesNotContain(
            "DB_PASSWORD", "DB_SSL_MODE", "DB_SSL_CA", " MasterUserPassword=", "resolve:");
    assertThat(template.resource("DatabaseProxy")).containsEntry("RequireTLS", true);
  }

  @Test
  void both_logins_of_the_api_are_one_user_of_one_database() {
    List<Map<String, Object>> connects =
        mapsWith("Effect", template.root()).stream()
            .filter(statement -> statement.get("Action").equals("rds-db:connect"))
            .toList();
    // The function's, at the proxy or the database, and the proxy's.
    assertThat(connects).hasSize(2);
    for (Map<String, Object> connect : connects) {
      assertThat(connect.get("Resource").toString())
          .contains(
              "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:",
              "}/asset_api_iam");
    }
    assertThat(template.resource("ApplicationSecret").toString())
        .contains("{\"username\": \"asset_api\"}");
  }

  @Test
  void callers_are_known_except_for_preflight_requests_and_throttled() {
    Map<String, Object> api = template.resource("Api");
    assertThat(map(api.get("Auth")))
        .isEqualTo(Map.of("EnableIamAuthorizer", true, "DefaultAuthorizer", "AWS_IAM"));
    assertThat(map(api.get("DefaultRouteSettings")))
        .containsOnlyKeys("ThrottlingRateLimit", "ThrottlingBurstLimit");
    assertThat(mapsWith("Method", functions()))
        .hasSize(5)
        .allSatisfy(
            route ->
                assertThat(route.containsKey("Auth"))
                    .as("%s", route)
                    .isEqualTo(route.get("Method").equals("OPTIONS")));
  }

  @Test
  void logs_are_kept_for_a_time_and_the_access_log_has_no_header_body_or_query() {
    Map<String, Object> function = map(map(template.root().get("Globals")).get("Function"));
    assertThat(function.get("LoggingConfig"))
        .isEqualTo(Map.of("LogGroup", Map.of("!Ref", "FunctionLogs")));
    assertThat(template.resources("AWS::Logs::LogGroup"))
        .containsOnlyKeys("ApiLogs", "FunctionLogs")
        .allSatisfy((name, group) -> assertThat(group).containsKey("RetentionInDays"));
    Map<String, Object> log = map(template.resource("Api").get("AccessLogSettings"));
    assertThat(log.get("DestinationArn")).isEqualTo(Map.of("!GetAtt", "ApiLogs.Arn"));
    assertThat(log.get("Format").toString())
        .contains("$context.requestId", "$context.identity.userArn", "$context.status")
        .doesNotContain("authorizer", "path", "query");
  }

  @Test
  void every_group_says_where_it_may_send_and_none_may_send_out() {
    assertThat(template.resources("AWS::EC2::SecurityGroup"))
        .hasSize(5)
        .allSatisfy(
            (name, group) ->
                assertThat(mapsWith("CidrIp", group.get("SecurityGroupEgress")))
                    .isNotEmpty()
                    .allSatisfy(
                        rule ->
                            assertThat(rule.get("CidrIp"))
                                .isIn("10.0.0.0/16", "255.255.255.255/32")));
    Stream.of("InternetGateway", "NatGateway", "Route")
        .forEach(type -> assertThat(template.resources("AWS::EC2::" + type)).isEmpty());
  }

  @Test
  void the_database_is_private_encrypted_and_not_deleted_by_mistake() {
    assertThat(template.resource("Database"))
        .containsEntry("ManageMasterUserPassword", true)
        .containsEntry("PubliclyAccessible", false)
        .containsEntry("StorageEncrypted", true)
        .containsEntry("DeletionProtection", Map.of("!Ref", "DeletionProtection"));
    assertThat(map(map(template.root().get("Parameters")).get("DeletionProtection")))
        .containsEntry("Default", "true");
  }

  @Test
  void the_proxy_s_role_is_taken_for_this_account_only() {
    assertThat(template.resource("DatabaseProxyRole").get("AssumeRolePolicyDocument").toString())
        .contains("StringEquals={aws:SourceAccount={!Ref=AWS::AccountId}}");
  }
}
