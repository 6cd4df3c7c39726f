using EfsSharding.Nfs;
using EfsSharding.Nfs.Probing;
using EfsSharding.Nfs.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding;

/// <summary>Says what an NFS server is and whether a store can rely on it: what to run first against a file system that is new to you.</summary>
public sealed class DirectNfsProbe
{
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(10);
    private readonly DirectNfsOptions _options;
    private readonly DirectNfsTlsOptions _tls;
    private readonly ILogger _logger;

    /// <param name="options">How the server is reached.</param>
    /// <param name="tls">How connections are encrypted and authorised.</param>
    /// <param name="logger">Gets the messages of the connections; null: nobody does.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message says which, and what would be right.</exception>
    public DirectNfsProbe(DirectNfsOptions options, DirectNfsTlsOptions tls, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tls);
        var failures = (new DirectNfsOptionsValidator().Validate(null, options).Failures ?? []).Concat(DirectNfsTlsOptionsValidator.Failures(tls)).ToList();
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', failures));
        }

        _options = options;
        _tls = tls;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Looks at a server and, when it may, puts each promise of a store to the test in a scratch directory, which is removed whatever happens.</summary>
    /// <param name="target">
    /// The mount target. Without an address it is looked up by the DNS name of its file system, which leads to the mount target in this
    /// machine's Availability Zone.
    /// </param>
    /// <param name="mayWrite">False: nothing is written, and nothing but the beginning of one file of the root is read.</param>
    /// <param name="cancellationToken">Stops; the scratch directory is removed before the task ends.</param>
    /// <exception cref="IOException">The server is not found, does not answer, refuses, or does not speak NFSv4.1; or the scratch directory could not be removed. The message says which.</exception>
    /// <exception cref="InvalidOperationException">TLS needs a region, and none is set or found.</exception>
    public async Task<NfsServerReport> RunAsync(MountTarget target, bool mayWrite, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var reached = await ProbeAddress.ResolveAsync(target, _tls, cancellationToken).ConfigureAwait(false);
        using var certificates = new ClientCertificateSource(_tls, new SdkCallerCredentialsSource(_tls.Credentials), TimeProvider.System, _logger);
        using var meters = new ProbeMeters();
        var mounter = new DirectNfsMounter(
            _options,
            OperationTimeout,
            _tls.Enabled ? (to, tcp) => new TlsTransport(tcp, to.FileSystemId, _tls, certificates, _logger) : null,
            TimeProvider.System,
            meters,
            _logger);
        var run = new ProbeRun(mounter, reached, meters);
        var report = await run.RunAsync(mayWrite, cancellationToken).ConfigureAwait(false);
        return report with
        {
            Address = ProbeAddress.Of(reached, _options.Port),
            ServerName = _tls.Enabled ? MountTargetName.Of(reached.FileSystemId, _tls) : null,
        };
    }
}
