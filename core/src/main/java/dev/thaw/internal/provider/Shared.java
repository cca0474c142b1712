package dev.thaw.internal.provider;

/**
 * What the parts of one provider have in common.
 *
 * @param settings what it was built with
 * @param lifecycle whether it is usable
 * @param tracker the credentials that were seen
 * @param capacity how full the server is
 * @param telemetry reports what happens
 * @param failures creates the exceptions
 */
record Shared(
    ProviderSettings settings,
    Lifecycle lifecycle,
    CredentialsTracker tracker,
    ServerCapacity capacity,
    Telemetry telemetry,
    Failures failures) {}
