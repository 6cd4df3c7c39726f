using System.Text;

namespace EfsSharding;

/// <summary>Whole files as bytes and text, named after the methods of <see cref="File"/>. Text is UTF-8 without a byte order mark.</summary>
public static class ShardedFileStoreExtensions
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Reads a whole file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    public static Task<byte[]> ReadAllBytesAsync(this IShardedFileStore store, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store is IWholeFileStore whole ? whole.ReadAllBytesAsync(path, cancellationToken) : ReadStreamAsync(store, path, cancellationToken);
    }

    /// <summary>Reads a whole file as UTF-8 text.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    public static async Task<string> ReadAllTextAsync(this IShardedFileStore store, string path, CancellationToken cancellationToken = default)
    {
        var bytes = await store.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return Utf8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes);
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="bytes">The content; not to be changed until the task completes.</param>
    /// <param name="mode">What happens when the file exists.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and the file exists.</exception>
    public static Task WriteAllBytesAsync(
        this IShardedFileStore store, string path, ReadOnlyMemory<byte> bytes, FileWriteMode mode = FileWriteMode.Replace, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store is IWholeFileStore whole
            ? whole.WriteAllBytesAsync(path, bytes, mode, cancellationToken)
            : store.WriteAsync(path, new MemoryStream(bytes.ToArray()), mode, cancellationToken);
    }

    /// <summary>Writes text as a whole file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="text">The content.</param>
    /// <param name="mode">What happens when the file exists.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and the file exists.</exception>
    public static Task WriteAllTextAsync(
        this IShardedFileStore store, string path, string text, FileWriteMode mode = FileWriteMode.Replace, CancellationToken cancellationToken = default) =>
        store.WriteAllBytesAsync(path, Utf8.GetBytes(text), mode, cancellationToken);

    /// <summary>Adds bytes at the end of a file, creating it when there is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="bytes">What to add.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public static Task AppendAllBytesAsync(
        this IShardedFileStore store, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        store.WriteAllBytesAsync(path, bytes, FileWriteMode.Append, cancellationToken);

    /// <summary>Adds text at the end of a file, creating it when there is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="text">What to add.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public static Task AppendAllTextAsync(
        this IShardedFileStore store, string path, string text, CancellationToken cancellationToken = default) =>
        store.WriteAllBytesAsync(path, Utf8.GetBytes(text), FileWriteMode.Append, cancellationToken);

    /// <summary>Replaces a whole file if it is still of the version that the caller saw.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="version">What <see cref="StoredFileInfo.Version"/> was.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="VersionMismatchException">The file is of another version, or there is none. Nothing was changed.</exception>
    public static Task ReplaceIfUnchangedAsync(
        this IShardedFileStore store, string path, ReadOnlyMemory<byte> bytes, string version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.ReplaceIfUnchangedAsync(path, new MemoryStream(bytes.ToArray(), writable: false), version, cancellationToken);
    }

    /// <summary>
    /// Reads a file, has it changed and writes it back, until nobody else has changed it in between: no change of any caller on any machine that uses this method is lost.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="change">
    /// Makes the new content of the present one, which is null when there is no file. It may be called several times, and must not change anything else.
    /// </param>
    /// <param name="cancellationToken">Stops it between two tries.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="NotSupportedException">The file system gives files no version.</exception>
    /// <exception cref="ChangeInDoubtException">The answer to a write was lost: it may have been made or not.</exception>
    public static async Task<ReadOnlyMemory<byte>> UpdateAsync(
        this IShardedFileStore store, string path, Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(change);
        for (var tries = 0; ; tries++)
        {
            try
            {
                // The version first: content that is newer than it is refused, and read again.
                if (await store.GetInfoAsync(path, cancellationToken).ConfigureAwait(false) is not { } info)
                {
                    var made = change(null);
                    await store.WriteAllBytesAsync(path, made, FileWriteMode.CreateNew, cancellationToken).ConfigureAwait(false);
                    return made;
                }

                var version = info.Version ?? throw new NotSupportedException($"'{path}' is on a file system that gives files no version.");
                var changed = change(await store.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
                await store.ReplaceIfUnchangedAsync(path, changed, version, cancellationToken).ConfigureAwait(false);
                return changed;
            }
            catch (Exception e) when (e is VersionMismatchException or FileExistsException or FileNotFoundException)
            {
                // Somebody else was first. Those who try again come apart.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(1 << Math.Min(tries, 5), 20)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether there is a file of that path.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<bool> ExistsAsync(this IShardedFileStore store, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.GetInfoAsync(path, cancellationToken).ConfigureAwait(false) is not null;
    }

    private static async Task<byte[]> ReadStreamAsync(IShardedFileStore store, string path, CancellationToken cancellationToken)
    {
        var stream = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }
}
