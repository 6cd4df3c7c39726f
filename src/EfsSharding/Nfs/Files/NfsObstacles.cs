using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>What a write does about something that has the file's name: a directory that holds no file gives way.</summary>
internal sealed class NfsObstacles(NfsConversation conversation, EmptyDirectories directories)
{
    /// <summary>How often a write tries again when what is in its way comes and goes.</summary>
    public const int MostTries = 8;

    /// <summary>Whether a write ended because something has the name.</summary>
    public static bool IsMet(FileCompound failed) => failed.FailedOperation switch
    {
        NfsOpcode.Rename => failed.Status is NfsStatus.Exist or NfsStatus.NotEmpty or NfsStatus.IsDir or NfsStatus.NotDir or NfsStatus.Inval,
        NfsOpcode.Link => failed.Status is NfsStatus.Exist,
        NfsOpcode.Open => failed.Status is NfsStatus.IsDir or NfsStatus.Symlink or NfsStatus.WrongType or NfsStatus.Inval or NfsStatus.Exist or NfsStatus.NxIo,
        _ => false,
    };

    /// <summary>Returns when the write may try again.</summary>
    /// <exception cref="FileExistsException">The file is to be new and there is one.</exception>
    /// <exception cref="PathConflictException">Something else has its name.</exception>
    public async Task ClearAsync(string path, FileWriteMode mode, FileCompound failed, int tries, Deadline deadline, CancellationToken cancellationToken)
    {
        var found = new StatCompound();
        await conversation.RunAsync(path, found, deadline, cancellationToken).ConfigureAwait(false);
        switch (found.Status)
        {
            case NfsStatus.NoEnt when tries < MostTries:
                return;
            case NfsStatus.Ok when found.Attributes.Type == NfsFileType.Regular:
                if (mode == FileWriteMode.CreateNew)
                {
                    throw new FileExistsException(path);
                }

                if (tries < MostTries)
                {
                    return;
                }

                break;
            case NfsStatus.Ok when found.Attributes.Type == NfsFileType.Directory:
                if (tries < MostTries && await directories.TryRemoveTreeAsync(path, deadline, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                throw new PathConflictException(path, $"'{path}' cannot be written: it is a directory that is not empty.");
            case NfsStatus.Ok or NfsStatus.Symlink:
                throw new PathConflictException(path, $"'{path}' cannot be written: what has its name is no regular file but a link, pipe, socket or device.");
        }

        throw Publication.ToException(failed, path, mode == FileWriteMode.CreateNew);
    }
}
