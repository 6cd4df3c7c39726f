using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>A file's beginning, or the whole of a small one: LOOKUP, GETFH, GETATTR and READ without any open.</summary>
internal sealed class ReadFileCompound(int firstBytes) : FileCompound
{
    public const AttributeMask Wanted = AttributeMask.Type | AttributeMask.Change | AttributeMask.Size | AttributeMask.FileId;

    public override string Name => "read";

    public override int Operations => 4;

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    /// <summary>The bytes that came.</summary>
    public byte[] Content { get; private set; } = [];

    public bool IsComplete { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new LookupOperation(name)).Add(default(GetFhOperation)).Add(new GetAttrOperation(Wanted));
        call.Add(new ReadOperation(StateId.Anonymous, 0, firstBytes));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (!results.Next(NfsOpcode.Lookup) || !results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.GetAttr))
        {
            return;
        }

        Attributes = NfsAttributes.Read(ref results.Body);
        if (results.Next(NfsOpcode.Read))
        {
            var bytes = ReadOperation.ReadResult(ref results.Body, firstBytes, out var ended);
            IsComplete = ended || bytes.Length >= Attributes.Size;
            Content = bytes.ToArray();
        }
    }
}
