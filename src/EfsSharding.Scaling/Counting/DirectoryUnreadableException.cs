namespace EfsSharding.Scaling;

/// <summary>A directory cannot be read, so that the files below it cannot be counted.</summary>
/// <param name="directory">The directory.</param>
/// <param name="problem">What the system says.</param>
/// <param name="innerException">What was thrown, if something was.</param>
public sealed class DirectoryUnreadableException(string directory, string problem, Exception? innerException = null)
    : IOException(
        $"The files cannot be counted: the directory '{directory}' cannot be read: {problem}. Check that the file system is mounted there and that "
        + "this process may list it (mode r-x), or that its access point's user may.",
        innerException)
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;
}
