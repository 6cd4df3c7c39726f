using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Changes files that are still of a certain version, under the path's lock: one round trip for a small file.</summary>
internal sealed class ConditionalWriter(
    NfsConversation conversation,
    NfsVolumeSettings settings,
    ServerAbilities abilities,
    PathLocks locks,
    FileOpener opener,
    TemporaryFiles temporaries,
    NfsBackground background,
    ILogger logger)
{
    private volatile bool _comparesNoHandles;

    public NfsConversation Conversation => conversation;

    public NfsVolumeSettings Settings => settings;

    public ServerAbilities Abilities => abilities;

    public PathLocks Locks => locks;

    public FileOpener Opener => opener;

    public TemporaryFiles Temporaries => temporaries;

    public NfsBackground Background => background;

    public ILogger Logger => logger;

    /// <summary>Whether the server's VERIFY takes the attribute filehandle. Every server has to have it (RFC 8881 §5.8.1.8).</summary>
    public bool ComparesHandles => !_comparesNoHandles;

    /// <exception cref="VersionMismatchException">The file is of another version, or there is none.</exception>
    public Task ReplaceAsync(string path, PendingWrite write, StoredVersion expected, CancellationToken cancellationToken) =>
        NewChange(path, write.Lock, expected, write.Current, write.Content).RunAsync(cancellationToken);

    /// <exception cref="VersionMismatchException">The file is of another version, or there is none.</exception>
    public Task DeleteAsync(string path, DeleteAttempt attempt, StoredVersion expected, CancellationToken cancellationToken) =>
        NewChange(path, attempt.Lock, expected, attempt, content: null).RunAsync(cancellationToken);

    public void CompareNoHandles() => _comparesNoHandles = true;

    public Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);

    private ConditionalChange NewChange(string path, LockPlace? wanted, StoredVersion expected, ChangeAttempt attempt, FileContent? content)
    {
        var place = wanted ?? LockPlace.Of(path);
        return new ConditionalChange(this, conversation.ClientOf(place.Bucket), place, path, expected, attempt, content);
    }
}
