using EfsSharding.Nfs.Operations;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>Tells answers about a file from failures of the target that was asked.</summary>
internal static class NfsErrors
{
    /// <summary>The handle that was sent means nothing any more.</summary>
    public static bool IsStale(NfsStatus status) => status is NfsStatus.Stale or NfsStatus.BadHandle or NfsStatus.FhExpired;

    /// <summary>The server asks to be asked again later.</summary>
    public static bool IsDelay(NfsStatus status) => status is NfsStatus.Delay or NfsStatus.Grace or NfsStatus.Resource;

    /// <summary>The open that was named does not exist, or no longer.</summary>
    public static bool IsStateLost(NfsStatus status) => status is NfsStatus.BadStateId or NfsStatus.StaleStateId or NfsStatus.OldStateId
        or NfsStatus.Expired or NfsStatus.AdminRevoked;

    public static Exception ToException(NfsStatus status, NfsOpcode operation, string path, bool changes)
    {
        var said = new NfsException(status, operation);
        return status switch
        {
            NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.NameTooLong when !changes => new FileNotFoundException($"There is no file '{path}'.", path),
            NfsStatus.IsDir or NfsStatus.Symlink or NfsStatus.WrongType when !changes => new FileNotFoundException(
                $"'{path}' is not a regular file, or a symbolic link is in the way; links are not followed.", path),
            NfsStatus.NoEnt => new DirectoryNotFoundException($"The directory of '{path}' went away while it was being written."),
            NfsStatus.NotDir when operation == NfsOpcode.Rename => new PathConflictException(path, $"'{path}' cannot be written: it is a directory.", said),
            NfsStatus.NotDir or NfsStatus.Symlink => new PathConflictException(
                path, $"'{path}' cannot be written: a part of its directory is a file, or a symbolic link, which is not followed.", said),
            NfsStatus.IsDir => new PathConflictException(path, $"'{path}' cannot be written: it is a directory.", said),
            NfsStatus.WrongType => new PathConflictException(path, $"'{path}' cannot be written: it is not a regular file.", said),
            NfsStatus.NameTooLong => new PathTooLongException($"'{path}' cannot be written: the file system takes no path, or no name, that long.", said),
            NfsStatus.Exist or NfsStatus.NotEmpty when operation == NfsOpcode.Rename => new PathConflictException(path, $"'{path}' cannot be written: it is a directory.", said),
            NfsStatus.RoFs => new UnauthorizedAccessException($"'{path}': {said.Message} Export it for writing, and let the file-system policy allow it.", said),
            NfsStatus.NoSpc or NfsStatus.DQuot => new StorageFullException(path, $"'{path}': {said.Message} Delete files, or raise the quota of the user.", said),
            NfsStatus.Perm or NfsStatus.Access or NfsStatus.WrongSec => new UnauthorizedAccessException(
                $"'{path}': {said.Message} Check the owner and mode of the directory, the user and group that DirectNfsOptions names, and the access point.", said),
            NfsStatus.Io or NfsStatus.NxIo or NfsStatus.ServerFault or NfsStatus.Moved or NfsStatus.Delay or NfsStatus.Grace or NfsStatus.Resource
                => new TargetFaultException($"'{path}': {said.Message}", changes, said),
            _ when IsStale(status) || IsStateLost(status) => new TargetFaultException($"'{path}': {said.Message}", changes, said),
            _ => new IOException($"'{path}': {said.Message}", said),
        };
    }
}
