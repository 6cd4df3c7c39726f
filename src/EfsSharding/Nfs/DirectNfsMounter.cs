using System.Diagnostics.Metrics;
using System.Net;
using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs;

/// <summary>Reaches mount targets without mounting: a volume is a number of NFSv4.1 clients of one address.</summary>
internal sealed class DirectNfsMounter : IVolumeMounter
{
    private const int MaxDirectoryHandles = 65_536;
    private readonly DirectNfsOptions _options;
    private readonly TimeSpan _operationTimeout;
    private readonly Func<MountTarget, INfsTransport, INfsTransport>? _secure;
    private readonly TimeProvider _time;
    private readonly IMeterFactory? _meters;
    private readonly ILogger _logger;
    private readonly ReadOnlyMemory<byte> _callHeader;

    /// <param name="options">Settings.</param>
    /// <param name="operationTimeout">How long one operation may take.</param>
    /// <param name="secure">Puts TLS over plain TCP; null: plain TCP, which is logged.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Makes the meter; null: the library's own.</param>
    /// <param name="logger">The log.</param>
    public DirectNfsMounter(
        DirectNfsOptions options, TimeSpan operationTimeout, Func<MountTarget, INfsTransport, INfsTransport>? secure, TimeProvider time, IMeterFactory? meters, ILogger logger)
    {
        _options = options;
        _operationTimeout = operationTimeout;
        _secure = secure;
        _time = time;
        _meters = meters;
        _logger = logger;
        _callHeader = CompoundEncoder.EncodeHeader(
            ProcessCredential.Get(options.UserId, options.GroupId, options.Groups), Environment.MachineName);
    }

    /// <summary>The runtime sees one processor: one core, or a quota of one.</summary>
    public bool HasOneProcessor { get; init; } = Environment.ProcessorCount == 1;

    public string Access => "direct";

    public string ServerRoot => _options.RootPath.Trim('/');

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken) =>
        await ConnectAsync(target, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="MountAsync"/>, for those who need what only direct NFS can do: counting, and looking at a server.</summary>
    /// <exception cref="MountFailedException">The target cannot be reached, with what to do about it.</exception>
    public async Task<DirectNfsVolume> ConnectAsync(MountTarget target, CancellationToken cancellationToken)
    {
        // The SDK looks for the region as long as the machine's metadata takes to answer, and blocks meanwhile.
        var volume = _secure is null ? Create(target) : await Task.Run(() => Create(target), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await volume.BeginAsync(cancellationToken).ConfigureAwait(false);
            return volume;
        }
        catch (Exception failure)
        {
            await volume.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException)
            {
                throw;
            }

            throw new MountFailedException(
                target,
                $"{failure.Message} Check that TCP port {_options.Port} is open from here to the mount target, and that it exports '{_options.RootPath}'{(_secure is null ? "" : " and speaks TLS; one that does not needs DirectNfsTlsOptions.Enabled to be false")}.",
                failure);
        }
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken) => await volume.DisposeAsync().ConfigureAwait(false);

    private DirectNfsVolume Create(MountTarget target)
    {
        var addresses = TargetAddress.All(target);
        INfsTransport transport = new TcpTransport(new IPEndPoint(addresses[0], _options.Port));
        if (addresses.Count > 1)
        {
            transport = new DualStackTransport(transport, new TcpTransport(new IPEndPoint(addresses[1], _options.Port)), _time);
        }

        if (_secure is not null)
        {
            transport = _secure(target, transport);
        }
        else
        {
            NfsLog.PlainTcp(_logger, transport.EndPoint);
        }

        var metrics = new NfsMetrics(_meters, target.MountTargetId);
        var clients = new NfsClient[_options.ConnectionsPerTarget];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = new NfsClient(transport, ClientSettings(), _time, metrics, _logger);
        }

        var handles = new DirectoryHandles(_time, _options.DirectoryHandleLifetime, MaxDirectoryHandles);
        var conversation = new NfsConversation(clients, handles, metrics, _options.DirectoryMode, _options.RootPath.Trim('/'));
        return new DirectNfsVolume(clients, conversation, VolumeSettings(), new ServerAbilities(_logger, target.MountTargetId), metrics, _logger);
    }

    private NfsClientSettings ClientSettings() => new()
    {
        CallHeader = _callHeader,
        MaxReadBytes = _options.MaxReadSize,
        MaxWriteBytes = _options.MaxWriteSize,
        HasOneProcessor = HasOneProcessor,
        Slots = _options.SlotsPerConnection,
        ReconnectTimeout = _options.ReconnectTimeout < _operationTimeout ? _options.ReconnectTimeout : _operationTimeout,
        ConnectTimeout = _operationTimeout,
    };

    private NfsVolumeSettings VolumeSettings() => new()
    {
        Time = _time,
        OperationTimeout = _operationTimeout,
        FileMode = _options.FileMode,
        ReadAhead = _options.ReadAhead,
        WriteBehind = _options.WriteBehind,
        MaxUncommittedBytes = _options.MaxUncommittedBytes,
    };
}
