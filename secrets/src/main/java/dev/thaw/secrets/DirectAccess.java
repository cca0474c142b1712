package dev.thaw.secrets;

import dev.thaw.internal.util.LambdaEnvironment;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether Secrets Manager can be asked without AWS's SDK, which takes a cold start some 200
 * ms: in AWS Lambda, where the credentials of the role are variables, and where nothing is set that
 * only the SDK understands.
 *
 * <p>AWS Lambda, "Defined runtime environment variables"; AWS SDKs and Tools Reference Guide,
 * "Settings reference". Thread-safe.
 */
final class DirectAccess {
  private static final Set<String> SDK_VARIABLES =
      Set.of(
          "AWS_PROFILE",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_USE_FIPS_ENDPOINT",
          "AWS_USE_DUALSTACK_ENDPOINT",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
          "AWS_ENDPOINT_URL");
  private static final Set<String> SDK_PROPERTIES =
      Set.of(
          "aws.accessKeyId",
          "aws.secretAccessKey",
          "aws.sessionToken",
          "aws.profile",
          "aws.configFile",
          "aws.sharedCredentialsFile",
          "aws.useFipsEndpoint",
          "aws.useDualstackEndpoint",
          "aws.ignoreConfiguredEndpointUrls",
          "aws.endpointUrl",
          "aws.endpointUrlSecretsManager");

  // The partitions "aws", "aws-us-gov" and "aws-cn", see "AWS Secrets Manager endpoints". The
  // isolated ones and the European Sovereign Cloud have other names, which the SDK knows.
  private static final Pattern REGION =
      Pattern.compile("(af|ap|ca|cn|eu|il|me|mx|sa|us)-(gov-)?[a-z]+-[0-9]");

  private final Map<String, String> variables;
  private final URI endpoint;

  private DirectAccess(Map<String, String> variables, URI endpoint) {
    this.variables = variables;
    this.endpoint = endpoint;
  }

  /**
   * Returns the access, or {@code null} if the SDK must be asked.
   *
   * @param variables the environment
   * @param region the secret's region
   * @param set the address of Secrets Manager, if one was set
   */
  static @Nullable DirectAccess of(
      Map<String, String> variables, String region, @Nullable URI set) {
    if (!LambdaEnvironment.isLambda(variables)
        || !isSet(variables, "AWS_ACCESS_KEY_ID")
        || !isSet(variables, "AWS_SECRET_ACCESS_KEY")
        || isForSdk(variables)) {
      return null;
    }
    URI endpoint = set == null ? endpoint(variables, region) : set;
    return endpoint != null && isPlain(endpoint) ? new DirectAccess(variables, endpoint) : null;
  }

  private static boolean isForSdk(Map<String, String> variables) {
    // Without a stream, which a cold start would load for this alone.
    for (String name : SDK_VARIABLES) {
      if (isSet(variables, name)) {
        return true;
      }
    }
    for (String name : SDK_PROPERTIES) {
      if (System.getProperty(name) != null) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSet(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value != null && !value.isEmpty();
  }

  private static @Nullable URI endpoint(Map<String, String> variables, String region) {
    String variable = variables.get("AWS_ENDPOINT_URL_SECRETS_MANAGER");
    if (variable != null && !variable.isEmpty()) {
      return uri(variable);
    }
    return REGION.matcher(region).matches()
        ? URI.create(
            "https://secretsmanager."
                + region
                + (region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com"))
        : null;
  }

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The SDK says what is wrong with it.
      return null;
    }
  }

  private static boolean isPlain(URI endpoint) {
    String scheme = endpoint.getScheme();
    String path = endpoint.getRawPath();
    return ("https".equals(scheme) || "http".equals(scheme))
        && endpoint.getHost() != null
        && (path == null || path.isEmpty() || path.equals("/"))
        && endpoint.getRawUserInfo() == null
        && endpoint.getRawQuery() == null
        && endpoint.getRawFragment() == null;
  }

  URI endpoint() {
    return endpoint;
  }

  /** Returns the header {@code Host} as the JDK's HTTP client sends it. */
  String hostHeader() {
    int standard = "https".equals(endpoint.getScheme()) ? 443 : 80;
    int port = endpoint.getPort();
    return endpoint.getHost() + (port == -1 || port == standard ? "" : ":" + port);
  }

  String accessKeyId() {
    return String.valueOf(variables.get("AWS_ACCESS_KEY_ID"));
  }

  String secretAccessKey() {
    return String.valueOf(variables.get("AWS_SECRET_ACCESS_KEY"));
  }

  /** Returns the session's token, or {@code null} if the credentials are lasting ones. */
  @Nullable String sessionToken() {
    return isSet(variables, "AWS_SESSION_TOKEN") ? variables.get("AWS_SESSION_TOKEN") : null;
  }
}
