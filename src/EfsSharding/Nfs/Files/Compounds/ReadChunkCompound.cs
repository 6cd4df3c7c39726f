using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Session;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One READ of a file, whose bytes stay where they arrived.</summary>
internal sealed class ReadChunkCompound(NfsOpenFile file, StateId state, long offset, int count, bool inTurn) : FileCompound
{
    private int _start;
    private int _count;

    public override string Name => "read";

    public override int Operations => 1;

    public override object? Reader => file;

    public override bool KeepsReply => true;

    public override bool ContinuesInTurn => inTurn;

    public bool IsEndOfFile { get; private set; }

    /// <summary>What arrived, when there was no error; the taker has to dispose it.</summary>
    public FileChunk? Chunk { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(new ReadOperation(state, offset, count));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Read))
        {
            _count = ReadOperation.ReadResult(ref results.Body, count, out var ended).Length;
            _start = results.Body.Position - XdrReader.Padding(_count) - _count;
            IsEndOfFile = ended;
        }
    }

    public override void Keep(RpcRecord reply) => Chunk = new FileChunk(reply, _start, _count);
}
