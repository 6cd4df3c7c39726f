using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One READ of a file, into memory that nobody else touches meanwhile.</summary>
internal sealed class ReadRangeCompound(NfsOpenFile file, StateId state, long offset, Memory<byte> destination) : FileCompound
{
    public override string Name => "read";

    public override int Operations => 1;

    public override object? Reader => file;

    public int Count { get; private set; }

    public bool IsEndOfFile { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new ReadOperation(state, offset, destination.Length));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Read))
        {
            var bytes = ReadOperation.ReadResult(ref results.Body, destination.Length, out var ended);
            bytes.CopyTo(destination.Span);
            (Count, IsEndOfFile) = (bytes.Length, ended);
        }
    }
}
