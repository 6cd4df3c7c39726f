using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Session;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// Opens a file for as long as it is read, so that the server keeps it when its name goes to another one, and reads on in it in the same
/// round trip. It makes state, and yet counts as a read: sent again by the same owner it makes no second state, and its reply is too large for
/// a server to keep.
/// </summary>
/// <param name="owner">A number that no other open has.</param>
/// <param name="offset">Where to read.</param>
/// <param name="count">How much to read; 0: nothing.</param>
internal sealed class HoldFileCompound(ulong owner, long offset, int count) : FileCompound
{
    private const uint PreserveUnlinked = 0x8;
    private int _start;
    private int _count;

    public override string Name => "open";

    public override int Operations => count > 0 ? 4 : 3;

    public override bool HadEffect => WasOpened;

    public override bool KeepsReply => true;

    public bool WasOpened { get; private set; }

    /// <summary>It is open, and known for what it is. Reading may have failed all the same.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>The server promises to keep the file while it is open (OPEN4_RESULT_PRESERVE_UNLINKED, RFC 8881 §18.16.3).</summary>
    public bool IsPreserved { get; private set; }

    public StateId State { get; private set; }

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    /// <summary>What was read, if anything was; it has to be disposed.</summary>
    public FileChunk? Chunk { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new OpenOperation(name, OpenMode.ReadExisting, new OpenOwner(call.Session.ClientId, owner), default));
        call.Add(default(GetFhOperation)).Add(new GetAttrOperation(ReadFileCompound.Wanted));
        if (count > 0)
        {
            call.Add(new ReadOperation(StateId.Current, offset, count));
        }
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        (IsHeld, _count) = (false, 0);
        WasOpened = results.Next(NfsOpcode.Open);
        if (!WasOpened)
        {
            return;
        }

        State = OpenOperation.ReadResult(ref results.Body, out var flags);
        IsPreserved = (flags & PreserveUnlinked) != 0;
        if (!results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.GetAttr))
        {
            return;
        }

        Attributes = NfsAttributes.Read(ref results.Body);
        IsHeld = true;
        if (count > 0 && results.Next(NfsOpcode.Read))
        {
            _count = ReadOperation.ReadResult(ref results.Body, count, out _).Length;
            _start = results.Body.Position - XdrReader.Padding(_count) - _count;
        }
    }

    public override void Keep(RpcRecord reply)
    {
        if (_count == 0)
        {
            reply.Dispose();
            return;
        }

        Chunk = new FileChunk(reply, _start, _count);
    }
}
