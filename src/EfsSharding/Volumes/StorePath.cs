using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace EfsSharding.Volumes;

/// <summary>The rules of store paths, checked on their UTF-8 form, which is also what is hashed.</summary>
internal static class StorePath
{
    /// <summary>The most bytes of a path. Source: PATH_MAX of Linux.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The most bytes of a directory that can have a file in it: a slash and a name are still to come.</summary>
    public const int MaxDirectoryBytes = MaxBytes - 2;

    /// <summary>The most bytes of a segment. Source: EFS quotas, "Maximum name length".</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Room for the longest path, for one whole vector behind its last byte, and for beginning where vectors do.</summary>
    public const int BufferLength = MaxBytes + (2 * VectorLength);

    private const int VectorLength = 32;

    /// <summary>Writes the UTF-8 form of a valid path; allocates nothing.</summary>
    /// <param name="path">What the caller passed.</param>
    /// <param name="buffer"><see cref="BufferLength"/> bytes.</param>
    /// <returns>The valid path's bytes, a part of the buffer.</returns>
    /// <exception cref="InvalidStorePathException">It is not a store path.</exception>
    public static ReadOnlySpan<byte> Encode(string path, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(path);
        buffer = buffer.Slice(Misalignment(buffer), MaxBytes + VectorLength);
        var status = Ascii.FromUtf16(path, buffer[..MaxBytes], out var length);
        return status == OperationStatus.Done && length > 0 && buffer[length - 1] != '/' && HasNoSuspect(buffer, length) ? buffer[..length] : EncodeWithCare(path, buffer, status, length);
    }

    /// <summary>How far the buffer is from where a vector does not cross a cache line. A stack begins anywhere: without this, routing is a tenth slower by chance.</summary>
    private static unsafe int Misalignment(Span<byte> buffer) =>
        (int)(-(nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer)) & (VectorLength - 1));

    private static ReadOnlySpan<byte> EncodeWithCare(string path, Span<byte> buffer, OperationStatus status, int length)
    {
        if (status == OperationStatus.InvalidData)
        {
            status = Utf8.FromUtf16(path, buffer[..MaxBytes], out _, out length, replaceInvalidSequences: false);
        }

        var reason = status switch
        {
            OperationStatus.Done => FindFault(buffer, length),
            OperationStatus.DestinationTooSmall => $"it is longer than {MaxBytes} bytes of UTF-8",
            _ => "it has an unpaired surrogate, which no UTF-8 can carry",
        };
        return reason is null ? buffer[..length] : throw new InvalidStorePathException(path, reason);
    }

    [SkipLocalsInit]
    public static void Validate(string path)
    {
        Span<byte> buffer = stackalloc byte[BufferLength];
        Encode(path, buffer);
    }

    /// <summary>The directory's path, which may be the empty string for the root.</summary>
    public static void ValidateDirectory(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (directory.Length == 0)
        {
            return;
        }

        try
        {
            Validate(directory);
        }
        catch (InvalidStorePathException e)
        {
            throw new InvalidStorePathException(directory, e.Reason, nameof(directory));
        }
    }

    private static string? FindFault(Span<byte> buffer, int length)
    {
        if (length == 0)
        {
            return "it is empty";
        }

        if (buffer[length - 1] == '/')
        {
            return "it ends with '/'";
        }

        return HasNoSuspect(buffer, length) ? null : FindFaultInSegments(buffer[..length]);
    }

    /// <summary>Whether a path that is not empty, and does not end with '/', needs no second look.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasNoSuspect(Span<byte> buffer, int length)
    {
        // A segment may be wrong only where one begins with '.' or '/', where there is a NUL, or where one can be too long.
        ref var first = ref MemoryMarshal.GetReference(buffer);
        Vector256.Create((byte)'x').StoreUnsafe(ref first, (nuint)length);
        var nuls = Vector256<byte>.Zero;
        var begins = 1u;
        uint suspects = length > MaxSegmentBytes ? 1u : 0u;
        for (var i = 0; i < length; i += VectorLength)
        {
            var bytes = Vector256.LoadUnsafe(ref first, (nuint)i);
            var slashes = Vector256.Equals(bytes, Vector256.Create((byte)'/')).ExtractMostSignificantBits();

            // '.' and '/' differ in their lowest bit alone.
            var dotsOrSlashes = Vector256.Equals(bytes & Vector256.Create((byte)0xFE), Vector256.Create((byte)'.')).ExtractMostSignificantBits();
            suspects |= dotsOrSlashes & ((slashes << 1) | begins);
            nuls |= Vector256.Equals(bytes, Vector256<byte>.Zero);
            begins = slashes >> 31;
        }

        return suspects == 0 && nuls == Vector256<byte>.Zero;
    }

    private static string? FindFaultInSegments(ReadOnlySpan<byte> path)
    {
        if (path.Contains((byte)0))
        {
            return "it contains NUL";
        }

        if (path[0] == '/')
        {
            return "it is absolute; leave the leading '/' out";
        }

        foreach (var range in path.Split((byte)'/'))
        {
            var segment = path[range];
            switch (segment)
            {
                case []:
                    return "it has an empty segment ('//')";
                case [(byte)'.']:
                    return "it has a '.' segment";
                case [(byte)'.', (byte)'.']:
                    return "it has a '..' segment";
                case { Length: > MaxSegmentBytes }:
                    return $"it has a segment longer than {MaxSegmentBytes} bytes of UTF-8";
                default:
                    if (TemporaryName.Is(segment))
                    {
                        return $"it has a segment that begins with '{TemporaryName.Prefix}', the mark of temporary files and of the directory of locks";
                    }

                    if (SillyName.Is(segment))
                    {
                        return $"it has a segment '{SillyName.Prefix}' with hexadecimal digits, as NFS clients name files that are deleted while they are open";
                    }

                    break;
            }
        }

        return null;
    }
}
