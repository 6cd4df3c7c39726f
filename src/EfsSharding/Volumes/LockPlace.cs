using System.Globalization;
using System.Text;
using EfsSharding.Routing;

namespace EfsSharding.Volumes;

/// <summary>
/// The byte whose exclusive lock stands for one store path, for all clients of a file system: by the path's hash alone, so that every client finds
/// the same one. Where two paths have one byte, they wait for each other.
/// </summary>
/// <param name="Bucket">The path's bucket, which has a lock file of its own: a server allows only so many locks on one file.</param>
/// <param name="Offset">The byte, 0…2^63 − 1.</param>
/// <param name="Root">The directory that holds the directory of lock files: empty for the root of the file system, which all clients of it share.</param>
internal readonly record struct LockPlace(int Bucket, ulong Offset, string Root = "")
{
    /// <summary>The directory of the lock files, at the root of the file system. It is hidden as temporary files are. Who removes it takes the locks of those who hold them.</summary>
    public const string Directory = ".efs-sharding-locks";

    /// <summary>Every user of the file system takes the same locks.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Any user may make a lock file that is missing.</summary>
    public const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The lock file, from the root of the file system.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"{Root}{(Root.Length == 0 ? "" : "/")}{Directory}/{Bucket:x3}");

    /// <summary>Whether a name is that of the directory of lock files, which are nobody's files.</summary>
    public static bool IsDirectory(ReadOnlySpan<byte> utf8Name) => utf8Name.SequenceEqual(".efs-sharding-locks"u8);

    /// <param name="path">A store path.</param>
    public static LockPlace Of(string path)
    {
        var hash = PathHash.Of(Encoding.UTF8.GetBytes(path));
        return new LockPlace(PathHash.Bucket(hash), hash & long.MaxValue);
    }
}
