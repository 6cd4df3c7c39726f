using System.Buffers;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>A file by its handle, with the open that it is used under, or none.</summary>
internal sealed class NfsOpenFile(NfsConversation conversation, NfsClient client, string path, FileHandle handle, StateId state, TimeProvider time, TimeSpan timeout)
{
    public NfsClient Client => client;

    public FileHandle Handle => handle;

    /// <summary>The number of the open's owner.</summary>
    public ulong Owner { get; init; }

    /// <summary>Whether there is an open.</summary>
    public bool IsHeld => state != StateId.Anonymous;

    /// <summary>Reads into the memory until it is full or the file ends.</summary>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="StaleFileException">The handle or the open is not known any more.</exception>
    public async Task<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var done = 0;
        var deadline = Deadline.After(time, timeout);
        for (var attempt = 0; done < destination.Length; attempt++)
        {
            var read = new ReadRangeCompound(this, state, offset + done, destination[done..]);
            if (await SendAsync(read, attempt, deadline, cancellationToken).ConfigureAwait(false))
            {
                done += read.Count;
                if (read.IsEndOfFile)
                {
                    break;
                }

                if (read.Count == 0)
                {
                    throw new TargetFaultException($"'{path}': the server reads nothing at {offset + done} and says that the file does not end there.", mayTakeEffect: false);
                }
            }
        }

        return done;
    }

    /// <summary>Reads a part of the file, or as much of it as there is.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">Its length.</param>
    /// <param name="inTurn">See <see cref="Rpc.RpcCall.ContinuesInTurn"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StaleFileException">The handle or the open is not known any more.</exception>
    public async Task<FileChunk> ReadChunkAsync(long offset, int count, bool inTurn, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, timeout);
        var read = new ReadChunkCompound(this, state, offset, count, inTurn);
        for (var attempt = 0; !await SendAsync(read, attempt, deadline, cancellationToken).ConfigureAwait(false); attempt++)
        {
        }

        var chunk = read.Chunk!;
        if (chunk.Bytes.Length == count || read.IsEndOfFile)
        {
            return chunk;
        }

        // Less came than was asked for: the rest is fetched behind it.
        var buffer = ArrayPool<byte>.Shared.Rent(count);
        var first = chunk.Bytes.Length;
        chunk.Bytes.CopyTo(buffer);
        chunk.Dispose();
        var rest = await ReadAsync(offset + first, buffer.AsMemory(first, count - first), cancellationToken).ConfigureAwait(false);
        return new FileChunk(buffer, first + rest);
    }

    /// <summary>Writes all of the data. Writing it again after a doubt changes nothing, as it says where.</summary>
    /// <returns>The least safe result and its verifier.</returns>
    /// <exception cref="StaleFileException">The handle or the open is not known any more.</exception>
    public async Task<WriteResult> WriteAsync(long offset, ReadOnlyMemory<byte> data, WriteStability stability, CancellationToken cancellationToken)
    {
        var done = 0;
        WriteResult? first = null;
        var deadline = Deadline.After(time, timeout);
        for (var attempt = 0; done < data.Length; attempt++)
        {
            var write = new WriteRangeCompound(state, offset + done, stability, data[done..]);
            if (!await SendAsync(write, attempt, deadline, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            var result = write.Result;
            if (result.Count == 0)
            {
                throw new TargetFaultException($"'{path}': the server writes nothing and reports no error.", mayTakeEffect: true);
            }

            done += result.Count;
            if (first is not null && first.Value.Verifier != result.Verifier)
            {
                // Part of it may be lost: a verifier that no COMMIT will confirm.
                result = result with { Committed = WriteStability.Unstable, Verifier = ~result.Verifier };
            }

            first = first is { Committed: var committed } && committed < result.Committed ? result with { Committed = committed } : result;
        }

        return first ?? new WriteResult(0, WriteStability.FileSync, 0);
    }

    /// <summary>Makes what was written safe.</summary>
    /// <returns>The verifier that unstable writes must have.</returns>
    public async Task<ulong> CommitAsync(CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, timeout);
        for (var attempt = 0; ; attempt++)
        {
            var commit = new CommitCompound();
            if (await SendAsync(commit, attempt, deadline, cancellationToken).ConfigureAwait(false))
            {
                return commit.Verifier;
            }
        }
    }

    /// <summary>Cuts the file to a size, when what is behind that is no more than its own append can have added.</summary>
    /// <returns>Bytes behind that size that stay.</returns>
    /// <exception cref="StaleFileException">The handle or the open is not known any more.</exception>
    public async Task<long> TakeBackAsync(StateId open, long start, long end)
    {
        var deadline = Deadline.After(time, timeout);
        ulong? asked = null;
        for (var attempt = 0; ; attempt++)
        {
            var version = new VersionCompound();
            if (!await SendAsync(version, attempt, deadline, CancellationToken.None).ConfigureAwait(false))
            {
                continue;
            }

            var size = version.Attributes;
            if (size.Size <= start)
            {
                return 0;
            }

            if (asked is { } before && before != size.Change)
            {
                // The cut that was asked for without an answer may have been made, and what is there now be somebody else's.
                throw new IOException($"'{path}' was changed by somebody else while it was being cut to {start} bytes.");
            }

            asked = size.Change;
            var truncate = new TruncateCompound(open, size.Size, start);
            try
            {
                if (size.Size > end || await SendAsync(truncate, attempt, deadline, CancellationToken.None).ConfigureAwait(false))
                {
                    return size.Size > end ? end - start : 0;
                }
            }
            catch (IOException) when (truncate.FailedOperation == NfsOpcode.Verify)
            {
                // Somebody else adds to it, or the server has no VERIFY.
                return size.Size - start;
            }
        }
    }

    /// <summary>Shows that the file is still being written.</summary>
    public async Task TouchAsync()
    {
        var deadline = Deadline.After(time, timeout);
        for (var attempt = 0; !await SendAsync(new TouchCompound(state), attempt, deadline, CancellationToken.None).ConfigureAwait(false); attempt++)
        {
        }
    }

    /// <summary>Ends the open, if there is one. What the server has forgotten is closed already.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (!IsHeld)
        {
            return;
        }

        var deadline = Deadline.After(time, timeout);
        try
        {
            for (var attempt = 0; !await SendAsync(new CloseFileCompound(state, null), attempt, deadline, cancellationToken).ConfigureAwait(false); attempt++)
            {
            }
        }
        catch (StaleFileException)
        {
        }
    }

    private async Task<bool> SendAsync(FileCompound compound, int attempt, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            await conversation.SendAsync(client, handle, compound, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionLostException lost)
        {
            await NfsConversation.DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
            return false;
        }

        var status = compound.Status;
        if (status == NfsStatus.Ok)
        {
            return true;
        }

        if (NfsErrors.IsStale(status) || NfsErrors.IsStateLost(status))
        {
            throw new StaleFileException(path, status);
        }

        if (!NfsErrors.IsDelay(status))
        {
            throw NfsErrors.ToException(status, compound.FailedOperation, path, compound.Changes);
        }

        await NfsConversation.DelayAsync(attempt, $"it answers {status}", deadline, cancellationToken).ConfigureAwait(false);
        return false;
    }
}
