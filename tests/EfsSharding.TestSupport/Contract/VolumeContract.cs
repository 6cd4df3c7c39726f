using System.Diagnostics;
using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

/// <summary>
/// What every kind of volume must do. A kind inherits this fixture, says how its server starts and how a volume is opened over it,
/// and gets all of the tests.
/// </summary>
internal abstract partial class VolumeContract
{
    private readonly List<IVolume> _opened = [];
    private IFilesOnServer? _server;

    /// <summary>The files from behind.</summary>
    protected IFilesOnServer Server => _server!;

    /// <summary>The clocks of every volume.</summary>
    protected JumpingTime Time { get; private set; } = new();

    /// <summary>The volume under test.</summary>
    private IVolume Volume { get; set; } = null!;

    /// <summary>Another mount target of the same file system.</summary>
    private IVolume Other { get; set; } = null!;

    /// <summary>Whether a volume tells by its id that a file is the one that an attempt in doubt made.</summary>
    protected virtual bool KnowsFilesByTheirId => true;

    /// <summary>Whether a path may be as long as a store path with a bucket's directory in front.</summary>
    protected virtual bool TakesLongestPaths => true;

    [SetUp]
    public async Task OpenVolumesAsync()
    {
        Time = new JumpingTime();
        _server = await StartServerAsync();
        Volume = await OpenAnotherAsync();
        Other = await OpenAnotherAsync();
    }

    [TearDown]
    public async Task CloseVolumesAsync()
    {
        foreach (var volume in _opened)
        {
            await volume.DisposeAsync();
        }

        _opened.Clear();
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Makes an empty file system, before each test.</summary>
    protected abstract Task<IFilesOnServer> StartServerAsync();

    /// <summary>Opens a volume over it: each time another way in, as two mount targets are.</summary>
    protected abstract Task<IVolume> OpenAsync();

    protected async Task<IVolume> OpenAnotherAsync()
    {
        var volume = await OpenAsync();
        _opened.Add(volume);
        return volume;
    }

    private static bool IsTemporary(string name) => TemporaryName.Is(name) && name != LockPlace.Directory;

    private static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static PendingWrite Pending(byte[] content, FileWriteMode mode) => new(new FileContent(content), mode);

    private static Task WriteAsync(IVolume volume, string path, byte[] content, FileWriteMode mode = FileWriteMode.Replace) =>
        WriteStreamAsync(volume, path, new MemoryStream(content), mode);

    /// <summary>Writes as the store does: in one step when the content is small, else in chunks; and what cannot be appended to is made.</summary>
    private static async Task WriteStreamAsync(
        IVolume volume, string path, Stream content, FileWriteMode mode = FileWriteMode.Replace, CancellationToken cancellationToken = default)
    {
        var write = new PendingWrite(await FileContentReader.ReadAsync(content, CancellationToken.None), mode);
        try
        {
            await volume.WriteAsync(path, write, cancellationToken);
        }
        catch (FileNotFoundException) when (mode == FileWriteMode.Append)
        {
            await volume.WriteAsync(path, new PendingWrite(write.Content, FileWriteMode.CreateNew), cancellationToken);
        }
    }

    /// <summary>Goes on with a write as the store does, after attempts that were given up.</summary>
    private static async Task GoOnAsync(IVolume volume, string path, PendingWrite write, params ChangeAttempt[] own)
    {
        foreach (var attempt in own)
        {
            if (await volume.FenceAsync(path, attempt, CancellationToken.None) == FenceResult.TookEffect)
            {
                return;
            }
        }

        await volume.WriteAsync(path, write, CancellationToken.None);
    }

    private static Task<byte[]> ReadAsync(IVolume volume, string path) => volume.ReadAllBytesAsync(path, CancellationToken.None);

    private static async Task<byte[]> ReadStreamAsync(IVolume volume, string path)
    {
        await using var stream = await volume.OpenReadAsync(path, CancellationToken.None);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static async Task<List<DirectoryEntry>> ListAsync(IVolume volume, string directory)
    {
        var entries = new List<DirectoryEntry>();
        await foreach (var entry in volume.ListAsync(directory, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>A volume may remove a temporary file after the write has ended, as nobody waits for that.</summary>
    private async Task NoTemporaryFileStaysAsync(string directory)
    {
        await UntilAsync(() => !Server.Names(directory).Any(IsTemporary));
        Assert.That(Server.Names(directory).Where(IsTemporary), Is.Empty);
    }

    /// <summary>Lets a volume do what nobody waits for, until it is done or has had its time.</summary>
    private async Task UntilAsync(Func<bool> isDone)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isDone() && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            await Volume.ProbeAsync(CancellationToken.None);
        }
    }
}
