using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories;

/// <summary>Makes volumes of directories: mounted file systems, or local directories that stand for them.</summary>
internal interface IDirectoryVolumeFactory
{
    /// <summary>
    /// Opens the directory once; from then on the volume works beneath what was opened, whatever is mounted or unmounted at that
    /// path later.
    /// </summary>
    /// <param name="mount">Names the mount in errors. All volumes of one name hang together, and share the threads that this costs.</param>
    /// <param name="rootPath">An absolute path.</param>
    /// <param name="verifyRoot">
    /// Looks at the opened root on Linux (a descriptor of type O_PATH or a readable directory) and throws when it is not what it should
    /// be; elsewhere it is not called. Null: nothing is checked.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    Task<IVolume> OpenAsync(string mount, string rootPath, Action<SafeFileHandle>? verifyRoot, CancellationToken cancellationToken);

    /// <summary>
    /// Looks at this machine, its mounts and its directories, on a thread that may hang there and that is none of the thread pool's.
    /// </summary>
    /// <exception cref="TargetFaultException">The look does not end.</exception>
    Task<T> LookAsync<T>(Func<T> look, CancellationToken cancellationToken);
}
