using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Opens a lock file, which is made where there is none, with its directory.</summary>
/// <param name="owner">A number of its own for each lock file of a client.</param>
/// <param name="mode">Of a file that is made.</param>
/// <param name="directoryMode">Of its directory.</param>
internal sealed class OpenLockFileCompound(ulong owner, UnixFileMode mode, UnixFileMode directoryMode) : FileCompound
{
    public override string Name => "open";

    public override bool Changes => true;

    public override bool MakesDirectories => true;

    public override UnixFileMode? DirectoryMode => directoryMode;

    public override int Operations => 2;

    public ulong ClientId { get; private set; }

    public StateId State { get; private set; }

    public FileHandle Handle { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        ClientId = call.Session.ClientId;
        call.Add(new OpenOperation(name, OpenMode.OpenOrCreate, new OpenOwner(ClientId, owner), mode)).Add(default(GetFhOperation));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (!results.Next(NfsOpcode.Open))
        {
            return;
        }

        State = OpenOperation.ReadResult(ref results.Body);
        if (results.Next(NfsOpcode.GetFh))
        {
            Handle = GetFhOperation.ReadResult(ref results.Body);
        }
    }
}
