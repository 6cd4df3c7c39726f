using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EfsSharding;

/// <summary>Whole files as JSON, by source-generated type information, so that trimming and native AOT work.</summary>
public static class ShardedFileStoreJsonExtensions
{
    /// <summary>Reads a whole file as JSON in UTF-8, with or without a byte order mark.</summary>
    /// <typeparam name="T">What the file holds.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="typeInfo">How it is read, for example <c>MyContext.Default.Customer</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The value; null when the file holds <c>null</c>.</returns>
    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    /// <exception cref="JsonException">The file is not the JSON of a <typeparamref name="T"/>; the message names the file.</exception>
    public static async Task<T?> ReadJsonAsync<T>(
        this IShardedFileStore store, string path, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        var bytes = await store.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes, typeInfo);
        }
        catch (JsonException e)
        {
            throw new JsonException($"'{path}' is not the JSON of {typeof(T).Name}: {e.Message}", e.Path, e.LineNumber, e.BytePositionInLine, e);
        }
    }

    /// <summary>Writes a value as a whole file of JSON in UTF-8. It is made before anything is written, so that a value that cannot be written changes nothing.</summary>
    /// <typeparam name="T">What the file holds.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="path">A store path.</param>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it is written, for example <c>MyContext.Default.Customer</c>.</param>
    /// <param name="mode">What happens when the file exists.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and the file exists.</exception>
    public static Task WriteJsonAsync<T>(
        this IShardedFileStore store,
        string path,
        T value,
        JsonTypeInfo<T> typeInfo,
        FileWriteMode mode = FileWriteMode.Replace,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return store.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(value, typeInfo), mode, cancellationToken);
    }
}
