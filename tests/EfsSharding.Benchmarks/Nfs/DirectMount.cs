using System.Diagnostics.Metrics;
using EfsSharding.Nfs;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>The server through direct NFS, with its round trips counted.</summary>
internal sealed class DirectMount : IAsyncDisposable
{
    private readonly MeterListener _listener = new();
    private long _roundTrips;

    private DirectMount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "efs_sharding.nfs.round_trips")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _roundTrips, count));
        _listener.Start();
    }

    public DirectNfsVolume Volume { get; private set; } = null!;

    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public static async Task<DirectMount> OpenAsync(BenchmarkServer server)
    {
        var mount = new DirectMount();
        var mounter = new DirectNfsMounter(
            new DirectNfsOptions { DirectoryHandleLifetime = TimeSpan.FromMinutes(5), Port = server.Port },
            TimeSpan.FromMinutes(1), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        var target = new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = server.Address };
        mount.Volume = (DirectNfsVolume)await mounter.MountAsync(target, CancellationToken.None);
        return mount;
    }

    public async ValueTask DisposeAsync()
    {
        await Volume.DisposeAsync();
        _listener.Dispose();
    }
}
