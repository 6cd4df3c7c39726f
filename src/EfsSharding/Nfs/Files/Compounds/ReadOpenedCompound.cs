using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// A whole small file where it must be opened: OPEN, READ and CLOSE by the current stateid. It leaves no state behind, so that it
/// counts as a read; a compound that ends before its CLOSE tells which open it leaves.
/// </summary>
internal sealed class ReadOpenedCompound(int firstBytes) : FileCompound
{
    public override string Name => "read";

    public override int Operations => 5;

    public override bool HadEffect => OpenState is not null;

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    /// <summary>The bytes that came.</summary>
    public byte[] Content { get; private set; } = [];

    public bool IsComplete { get; private set; }

    /// <summary>The state of the open, while it was not closed.</summary>
    public StateId? OpenState { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new OpenOperation(name, OpenMode.ReadExisting, call.SlotOwner, default)).Add(default(GetFhOperation));
        call.Add(new ReadOperation(StateId.Current, 0, firstBytes)).Add(new GetAttrOperation(ReadFileCompound.Wanted));
        call.Add(new CloseOperation(StateId.Current));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        (Handle, OpenState, IsComplete) = (default, null, false);
        if (!results.Next(NfsOpcode.Open))
        {
            return;
        }

        OpenState = OpenOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.Read))
        {
            return;
        }

        Content = ReadOperation.ReadResult(ref results.Body, firstBytes, out var ended).ToArray();
        if (!results.Next(NfsOpcode.GetAttr))
        {
            return;
        }

        Attributes = NfsAttributes.Read(ref results.Body);
        IsComplete = ended || Content.Length >= Attributes.Size;
        if (results.Next(NfsOpcode.Close))
        {
            CloseOperation.ReadResult(ref results.Body);
            OpenState = null;
        }
    }
}
