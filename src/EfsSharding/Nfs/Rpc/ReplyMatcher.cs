using System.Buffers.Binary;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>The calls whose replies are outstanding, by transaction id (xid, RFC 5531 §9).</summary>
internal sealed class ReplyMatcher
{
    private const uint Reply = 1;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<uint, RpcCall> _outstanding = [];

    public bool HasOne
    {
        get
        {
            lock (_gate)
            {
                return _outstanding.Count == 1;
            }
        }
    }

    public void Add(RpcCall call)
    {
        lock (_gate)
        {
            _outstanding[call.Xid] = call;
        }
    }

    /// <summary>Nothing is outstanding, or only calls of one reader.</summary>
    /// <param name="reader">See <see cref="RpcCall.Reader"/>; null: nothing at all.</param>
    public bool AwaitsNothingBut(object? reader)
    {
        lock (_gate)
        {
            return _outstanding.Count == 0 || (reader is not null && AllAreOf_NeedsLock(reader));
        }
    }

    /// <summary>The call that a record answers. Null when there is none: a reply that nobody awaits, or a call to a back channel that was never offered.</summary>
    /// <exception cref="XdrFormatException">The record is no RPC message.</exception>
    public RpcCall? Take(ReadOnlySpan<byte> record)
    {
        if (record.Length < 8)
        {
            throw new XdrFormatException($"A record of {record.Length} bytes is no RPC message.");
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(record[4..]) != Reply)
        {
            return null;
        }

        lock (_gate)
        {
            _outstanding.Remove(BinaryPrimitives.ReadUInt32BigEndian(record), out var call);
            return call;
        }
    }

    /// <summary>The call with a transaction id, whose reply is outstanding still; null when there is none.</summary>
    public RpcCall? Find(uint xid)
    {
        lock (_gate)
        {
            return _outstanding.GetValueOrDefault(xid);
        }
    }

    public RpcCall[] TakeAll()
    {
        lock (_gate)
        {
            RpcCall[] all = [.. _outstanding.Values];
            _outstanding.Clear();
            return all;
        }
    }

    private bool AllAreOf_NeedsLock(object reader)
    {
        foreach (var call in _outstanding.Values)
        {
            if (call.Reader != reader)
            {
                return false;
            }
        }

        return true;
    }
}
