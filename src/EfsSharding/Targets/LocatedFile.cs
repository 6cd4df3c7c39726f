using System.Runtime.CompilerServices;
using EfsSharding.Routing;
using EfsSharding.Volumes;

namespace EfsSharding.Targets;

/// <summary>A store path, checked and routed under the map in use.</summary>
internal readonly struct LocatedFile
{
    private LocatedFile(VolumesInUse inUse, string path, Route route, int bucket)
    {
        InUse = inUse;
        Path = path;
        Route = route;
        Bucket = bucket;
    }

    public VolumesInUse InUse { get; }

    public string Path { get; }

    public Route Route { get; }

    public int Bucket { get; }

    /// <summary>The path on the file system: the layout applied.</summary>
    public string PhysicalPath => InUse.Map.Layout == FileLayout.Bucketed ? LayoutPath.ToBucketed(Path, Bucket) : Path;

    /// <exception cref="InvalidStorePathException">It is not a store path.</exception>
    [SkipLocalsInit]
    public static LocatedFile Find(VolumesInUse inUse, string path)
    {
        Span<byte> buffer = stackalloc byte[StorePath.BufferLength];
        var route = inUse.Router.RouteOf(StorePath.Encode(path, buffer), out var bucket);
        return new LocatedFile(inUse, path, route, bucket);
    }
}
