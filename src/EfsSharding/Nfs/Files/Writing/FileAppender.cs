using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Adds bytes at the end of a file that is there, under the path's lock: one round trip where the end is known, else two.</summary>
internal sealed class FileAppender(
    NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, PathLocks locks, NfsBackground background, ILogger logger)
{
    public NfsConversation Conversation => conversation;

    public NfsVolumeSettings Settings => settings;

    public ServerAbilities Abilities => abilities;

    public PathLocks Locks => locks;

    public NfsBackground Background => background;

    public ILogger Logger => logger;

    public KnownEnds Ends { get; } = new();

    /// <exception cref="FileNotFoundException">There is no file.</exception>
    /// <exception cref="StoreBusyException">Another client held the lock for too long.</exception>
    public Task AppendAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        var place = write.Lock ?? LockPlace.Of(path);
        return new LockedAppend(this, conversation.ClientOf(place.Bucket), place, path, write).RunAsync(cancellationToken);
    }

    public Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
