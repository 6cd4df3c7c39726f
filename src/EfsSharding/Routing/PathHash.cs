using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace EfsSharding.Routing;

/// <summary>The hash of a store path. A wire format: every reader and writer of the same files must agree on it (docs/routing.md).</summary>
internal static class PathHash
{
    public const int BucketCount = 4096;

    private const int BucketShift = 64 - 12;

    /// <summary>XxHash64, seed 0, of the path's UTF-8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> utf8Path) => XxHash64.HashToUInt64(utf8Path);

    /// <summary>The upper 12 bits, 0…4095.</summary>
    public static int Bucket(ulong hash) => (int)(hash >> BucketShift);
}
