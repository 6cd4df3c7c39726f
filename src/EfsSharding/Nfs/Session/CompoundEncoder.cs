using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Session;

/// <summary>Encodes one COMPOUND call after another as records, each beginning with the header that is the same for all.</summary>
internal sealed class CompoundEncoder(ReadOnlyMemory<byte> callHeader) : IDisposable
{
    private const int KeepCapacity = 32 * 1024;
    private const uint NfsProgram = 100003;
    private const uint LastFragment = 0x8000_0000;
    private readonly XdrWriter _writer = new(1024);

    public ReadOnlyMemory<byte> Record => _writer.WrittenMemory;

    public int Operations { get; private set; }

    /// <summary>Encodes what precedes the operations of every compound: record mark, RPC call, credential, tag, minor version, count.</summary>
    public static byte[] EncodeHeader(AuthSysCredential credential, string machineName)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0); // record mark
        writer.WriteUInt32(0); // xid
        writer.WriteUInt32(0); // CALL
        writer.WriteUInt32(2);
        writer.WriteUInt32(NfsProgram);
        writer.WriteUInt32(4);
        writer.WriteUInt32(1); // NFSPROC4_COMPOUND
        credential.Write(writer, machineName);
        writer.WriteUInt64(0); // AUTH_NONE verifier
        writer.WriteUInt32(0); // no tag
        writer.WriteUInt32(1); // minor version
        writer.WriteUInt32(0); // operations
        return writer.WrittenSpan.ToArray();
    }

    public void Begin()
    {
        _writer.Clear(KeepCapacity);
        _writer.WriteEncoded(callHeader.Span);
        Operations = 0;
    }

    public void Add<TOperation>(in TOperation operation)
        where TOperation : struct, INfsOperation, allows ref struct
    {
        _writer.WriteUInt32((uint)TOperation.Opcode);
        operation.Write(_writer);
        Operations++;
    }

    /// <summary>Puts the SEQUENCE, which is always the first operation, in its place.</summary>
    public void PatchSequence(in SequenceOperation sequence)
    {
        var length = _writer.Length;
        _writer.WriteUInt32((uint)SequenceOperation.Opcode);
        sequence.Write(_writer);
        _writer.Patch(callHeader.Length, _writer.WrittenSpan[length..]);
        _writer.Truncate(length);
    }

    public void End(uint xid)
    {
        _writer.PatchUInt32(0, LastFragment | (uint)(_writer.Length - 4));
        _writer.PatchUInt32(4, xid);
        _writer.PatchUInt32(callHeader.Length - 4, (uint)Operations);
    }

    public void Dispose() => _writer.Dispose();
}
