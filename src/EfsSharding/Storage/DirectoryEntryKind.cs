namespace EfsSharding.Storage;

internal enum DirectoryEntryKind
{
    File,
    Directory,

    /// <summary>A symbolic link, socket, pipe or device: never opened, listed or counted.</summary>
    Other,
}
