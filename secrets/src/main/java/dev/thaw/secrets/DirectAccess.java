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
 * ms: in AWS Lambda, where the {@link RoleKeys} can be had, and where nothing is set that only the
 * SDK understands. A proxy that is set for the whole JVM is such a thing: requests of our own use
 * none.
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
          "aws.profile",
          "aws.configFile",
          "aws.sharedCredentialsFile",
          "aws.useFipsEndpoint",
          "aws.useDualstackEndpoint",
          "aws.ignoreConfiguredEndpointUrls",
          "aws.endpointUrl",
          "aws.endpointUrlSecretsManager",
          "http.proxyHost",
          "https.proxyHost",
          "socksProxyHost");

  // The partitions "aws", "aws-us-gov" and "aws-cn", see "AWS Secrets Manager endpoints". The
  // isolated ones and the European Sovereign Cloud have other names, which the SDK knows.
  private static final Pattern REGION =
      Pattern.compile("(af|ap|ca|cn|eu|il|me|mx|sa|us)-(gov-)?[a-z]+-[0-9]");

  private final RoleKeys keys;
  private final HttpEndpoint endpoint;

  private DirectAccess(RoleKeys keys, HttpEndpoint endpoint) {
    this.keys = keys;
    this.endpoint = endpoint;
  }

  /**
   * Returns the access, or {@code null} if the SDK must be asked.
   *
   * @param variables the environment
   * @param region the secret's region
   * @param set the address of Secrets Manager, if one was set
   * @param clock what the age of keys is judged by
   */
  static @Nullable DirectAccess of(
      Map<String, String> variables, String region, @Nullable URI set, ElapsedClock clock) {
    if (!LambdaEnvironment.isLambda(variables) || isForSdk(variables)) {
      return null;
    }
    RoleKeys keys = RoleKeys.of(variables, clock);
    URI endpoint = set == null ? endpoint(variables, region) : set;
    return keys != null && endpoint != null && isPlain(endpoint)
        ? new DirectAccess(keys, HttpEndpoint.of(endpoint))
        : null;
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
    String path = endpoint.getRawPath();
    return HttpEndpoint.isAllowed(endpoint)
        && (path == null || path.isEmpty() || path.equals("/"))
        && endpoint.getRawUserInfo() == null
        && endpoint.getRawQuery() == null
        && endpoint.getRawFragment() == null;
  }

  HttpEndpoint endpoint() {
    return endpoint;
  }

  RoleKeys keys() {
    return keys;
  }
}
