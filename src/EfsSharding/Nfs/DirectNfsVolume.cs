using System.Runtime.CompilerServices;
using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs;

/// <summary>A mount target reached by this process itself, over NFSv4.1.</summary>
internal sealed class DirectNfsVolume : IVolume
{
    private readonly IReadOnlyList<NfsClient> _clients;
    private readonly NfsConversation _conversation;
    private readonly NfsVolumeSettings _settings;
    private readonly ServerAbilities _abilities;
    private readonly NfsBackground _background;
    private readonly NfsMetrics _metrics;
    private readonly FileFinder _finder;
    private readonly NfsFileReader _reader;
    private readonly NfsFileWriter _writer;
    private readonly ConditionalWriter _conditional;
    private readonly FileRemover _remover;
    private readonly NfsAttemptFence _fence;
    private readonly NfsDirectoryReader _directories;
    private readonly TemporarySweep _sweep;
    private readonly EmptiedDirectories _emptied;
    private int _disposed;

    public DirectNfsVolume(
        IReadOnlyList<NfsClient> clients, NfsConversation conversation, NfsVolumeSettings settings, ServerAbilities abilities, NfsMetrics metrics, Microsoft.Extensions.Logging.ILogger logger)
    {
        _clients = clients;
        _conversation = conversation;
        _settings = settings;
        _abilities = abilities;
        _metrics = metrics;
        _background = new NfsBackground(logger);
        var opener = new FileOpener(conversation, settings);
        _finder = new FileFinder(conversation, settings);
        var holder = new FileHolder(conversation, _finder, settings, abilities, opener, _background);
        _reader = new NfsFileReader(settings, new FirstReader(conversation, _finder, settings, abilities, opener, holder, _background), holder);
        _directories = new NfsDirectoryReader(conversation, settings);
        var temporaries = new TemporaryFiles(conversation, settings, _background);
        _fence = new NfsAttemptFence(conversation, settings, new NameFences(conversation, settings, _background, temporaries), temporaries);
        _remover = new FileRemover(conversation, settings, abilities, _fence, temporaries);
        _sweep = new TemporarySweep(conversation, settings, _background, temporaries);
        var directories = new EmptyDirectories(conversation, abilities, _directories);
        _emptied = new EmptiedDirectories((directory, token) => directories.TryRemoveAsync(directory, NewDeadline(), token), settings.Time);
        var obstacles = new NfsObstacles(conversation, directories);
        var locks = new PathLocks(conversation, settings, _background, logger);
        _writer = new NfsFileWriter(
            conversation,
            settings,
            new WholeFileWriter(conversation, settings, abilities, _fence, temporaries, obstacles, logger),
            new StagedFileWriter(conversation, settings, opener, temporaries, new StagedFilePublisher(conversation, settings, temporaries, obstacles), _background, logger),
            new FileAppender(conversation, settings, abilities, locks, _background, logger));
        _conditional = new ConditionalWriter(conversation, settings, abilities, locks, opener, temporaries, _background, logger);
    }

    /// <summary>There is no such place: nothing is mounted.</summary>
    public string? RootPath => null;

    /// <summary>Lists directories; counting uses it with many in flight.</summary>
    public NfsDirectoryReader Directories => _directories;

    /// <summary>Sends single compounds.</summary>
    public NfsConversation Conversation => _conversation;

    /// <summary>What the server has shown so far.</summary>
    public ServerAbilities Abilities => _abilities;

    /// <summary>What the server said of itself and granted, over the first connection.</summary>
    public async Task<(NfsSession Session, ExchangeIdResult Server)> DescribeAsync(CancellationToken cancellationToken)
    {
        var session = await _clients[0].GetSessionAsync(NewDeadline(), cancellationToken).ConfigureAwait(false);
        return (session, _clients[0].Server!);
    }

    /// <summary>Makes sure that the root is there, and says what the server does as far as that shows it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken).ConfigureAwait(false);
        _abilities.Report();
    }

    public Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken) => _reader.ReadAllBytesAsync(path, cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => _reader.OpenReadAsync(path, cancellationToken);

    public Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken)
    {
        _emptied.NoteWritten(path);
        return write.Expected is { } expected ? _conditional.ReplaceAsync(path, write, expected, cancellationToken) : _writer.WriteAsync(path, write, cancellationToken);
    }

    public async Task<Volumes.FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken)
    {
        var stat = new StatCompound();
        await _finder.RunAsync(_conversation.Choose(), path, stat, NewDeadline(), cancellationToken).ConfigureAwait(false);
        return stat.Status switch
        {
            NfsStatus.Ok => stat.Attributes.Type == NfsFileType.Regular ? stat.Attributes.ToFileAttributes() with { Version = new StoredVersion(stat.Attributes.Version, stat.Handle.Memory) } : null,
            NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink or NfsStatus.NameTooLong => null,
            _ => throw NfsErrors.ToException(stat.Status, stat.FailedOperation, path, changes: false),
        };
    }

    public async Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Expected is { } expected)
        {
            await _conditional.DeleteAsync(path, attempt, expected, cancellationToken).ConfigureAwait(false);
            _emptied.NoteDeleted(path);
            return true;
        }

        var deleted = await _remover.DeleteAsync(path, attempt, cancellationToken).ConfigureAwait(false);
        if (deleted)
        {
            _emptied.NoteDeleted(path);
        }

        return deleted;
    }

    public Task<FenceResult> FenceAsync(string path, ChangeAttempt attempt, CancellationToken cancellationToken) =>
        _fence.FenceAsync(path, attempt, NewDeadline(), cancellationToken);

    public async IAsyncEnumerable<DirectoryEntry> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in _directories.ReadAsync(directory, _sweep, cancellationToken).ConfigureAwait(false))
        {
            foreach (var entry in page)
            {
                yield return entry;
            }
        }
    }

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var probe = new ProbeCompound(verifies: !_abilities.Verify.IsKnown);
        await _conversation.RunInAsync(string.Empty, probe, NewDeadline(), cancellationToken).ConfigureAwait(false);
        if (!probe.IsAnswered)
        {
            throw NfsErrors.ToException(probe.Status, probe.FailedOperation, "/", changes: false);
        }

        if (probe.Verified == true)
        {
            _abilities.Verify.Confirm();
        }
        else if (probe.Verified == false)
        {
            _abilities.Verify.Refuse();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _emptied.DisposeAsync().ConfigureAwait(false);
        await _background.DisposeAsync().ConfigureAwait(false);
        foreach (var client in _clients)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    /// <summary>The end of an operation that begins now.</summary>
    public Deadline NewDeadline() => Deadline.After(_settings.Time, _settings.OperationTimeout);
}
