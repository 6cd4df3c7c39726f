namespace EfsSharding.Scaling;

/// <summary>A directory cannot be read, so that the files below it cannot be counted.</summary>
/// <param name="directory">The directory.</param>
/// <param name="problem">What the system says.</param>
/// <param name="innerException">What was thrown, if something was.</param>
public sealed class DirectoryUnreadableException(string directory, string problem, Exception? innerException = null)
    : IOException(
        $"The files cannot be counted: the directory '{directory}' cannot be read: {problem.TrimEnd('.')}. Check that it is there, with the file system "
        + "mounted unless it is counted over direct NFS, and that this process, or the user of its access point, may list it (mode r-x).",
        innerException)
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;
}
