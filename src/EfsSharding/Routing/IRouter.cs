namespace EfsSharding.Routing;

/// <summary>A rule, compiled for one shard map. Pure and thread-safe.</summary>
internal interface IRouter
{
    /// <param name="utf8Path">A valid store path.</param>
    /// <param name="bucket">The path's bucket, 0…4095.</param>
    Route RouteOf(ReadOnlySpan<byte> utf8Path, out int bucket);
}
