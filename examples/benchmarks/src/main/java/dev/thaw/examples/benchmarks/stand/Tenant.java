package dev.thaw.examples.benchmarks.stand;

import dev.thaw.credentials.DatabaseCredentials;
import java.util.Map;

/**
 * A candidate's own user and secret, so that what it does can be told from what others do.
 *
 * @param candidate the candidate
 * @param user the login
 * @param secretName the name of the secret
 * @param variables the environment of its processes
 */
public record Tenant(
    CandidateName candidate,
    DatabaseCredentials user,
    String secretName,
    Map<String, String> variables) {}
