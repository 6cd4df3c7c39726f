namespace EfsSharding.Volumes;

internal enum DirectoryEntryKind
{
    File,
    Directory,

    /// <summary>A symbolic link, socket, pipe or device: never opened, listed or counted.</summary>
    Other,

    /// <summary>Whatever it is, its name is not UTF-8: it is no store path, and it can only be said that it is there. See <see cref="NotUtf8Name"/>.</summary>
    NotUtf8,
}
