package dev.thaw.internal.provider;

import dev.thaw.ConnectionListener;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a provider was built with, checked by its builder.
 *
 * @param name the pool's name
 * @param source where credentials come from
 * @param host the host for credentials that name none
 * @param port the port for credentials that name none
 * @param database the schema for credentials that name none
 * @param maxSize the most connections
 * @param minIdle how many idle connections the idle timeout leaves open
 * @param acquireTimeout the bound of a get without a deadline
 * @param idleTimeout how long a surplus connection stays open unused; zero for ever
 * @param maxLifetime how long a connection may be open; zero for ever
 * @param sslMode how TLS is used
 * @param sslCa a file of PEM certificates to verify with
 * @param giveBackWhenFull whether the server is asked how full it is
 * @param listener is told what happens
 * @param wallClock the wall clock
 * @param nanoClock the monotonic clock
 */
public record ProviderSettings(
    String name,
    CredentialsSource source,
    @Nullable String host,
    int port,
    @Nullable String database,
    int maxSize,
    int minIdle,
    Duration acquireTimeout,
    Duration idleTimeout,
    Duration maxLifetime,
    SslMode sslMode,
    @Nullable Path sslCa,
    boolean giveBackWhenFull,
    @Nullable ConnectionListener listener,
    InstantSource wallClock,
    LongSupplier nanoClock) {}
