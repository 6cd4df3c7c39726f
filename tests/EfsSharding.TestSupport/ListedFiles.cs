using EfsSharding.Volumes;

namespace EfsSharding.TestSupport;

/// <summary>Files of a directory on this machine, without the lock files of a store.</summary>
internal static class ListedFiles
{
    public static IEnumerable<string> Under(string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"/{LockPlace.Directory}/", StringComparison.Ordinal));
}
