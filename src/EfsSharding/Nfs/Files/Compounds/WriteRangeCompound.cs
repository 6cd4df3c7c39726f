using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One WRITE to an open file.</summary>
internal sealed class WriteRangeCompound(StateId state, long offset, WriteStability stability, ReadOnlyMemory<byte> data) : FileCompound
{
    public override string Name => "write";

    public override bool Changes => true;

    public override int Operations => 1;

    public WriteResult Result { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new WriteOperation(state, offset, stability, data.Span));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Write))
        {
            Result = WriteOperation.ReadResult(ref results.Body, data.Length);
        }
    }
}
