using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>What the SDK must know of a service that it has no package of.</summary>
internal sealed record ServiceIdentity : IServiceMetadata
{
    /// <summary>The service's id in the SDKs; it also names the variable <c>AWS_ENDPOINT_URL_…</c>.</summary>
    public required string ServiceId { get; init; }

    /// <summary>The service's name in signatures.</summary>
    public required string SigningName { get; init; }

    /// <summary>The API's date.</summary>
    public required string Version { get; init; }

    /// <summary>Where the service is.</summary>
    public required RegionalEndpointProvider Endpoints { get; init; }

    public string UserAgent => InternalSDKUtils.BuildUserAgentString(
        ServiceId, typeof(ServiceIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The defaults modes with the connect timeouts that the SDK's own packages have.</summary>
    public static DefaultConfigurationProvider Defaults() => new(
    [
        Defaults(DefaultConfigurationMode.Standard, 3.1),
        Defaults(DefaultConfigurationMode.InRegion, 1.1),
        Defaults(DefaultConfigurationMode.CrossRegion, 3.1),
        Defaults(DefaultConfigurationMode.Mobile, 30),
        Defaults(DefaultConfigurationMode.Auto, 1.1),
    ]);

    private static DefaultConfiguration Defaults(DefaultConfigurationMode mode, double connectSeconds) => new()
    {
        Name = mode,
        RetryMode = RequestRetryMode.Standard,
        ConnectTimeout = TimeSpan.FromSeconds(connectSeconds),
        TlsNegotiationTimeout = TimeSpan.FromSeconds(connectSeconds),
    };
}
