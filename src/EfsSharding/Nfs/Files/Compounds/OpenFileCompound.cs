using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Opens a file that stays open, and learns its handle, type and size.</summary>
/// <param name="openName">The name to open beside the path; null: the path's own.</param>
/// <param name="openMode">Whether it is made.</param>
/// <param name="owner">A number that no other open has.</param>
/// <param name="permissions">Of a file that is made.</param>
internal sealed class OpenFileCompound(string? openName, OpenMode openMode, ulong owner, UnixFileMode permissions) : FileCompound
{
    public override string Name => "open";

    public override bool Changes => true;

    public override bool MakesDirectories => openMode is OpenMode.CreateGuarded or OpenMode.OpenOrCreate;

    public override int Operations => 3;

    public override bool HadEffect => WasOpened;

    public bool WasOpened { get; private set; }

    public StateId State { get; private set; }

    /// <summary>The client ID that the open belongs to.</summary>
    public ulong ClientId { get; private set; }

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        ClientId = call.Session.ClientId;
        call.Add(new OpenOperation(openName is null ? name : openName, openMode, new OpenOwner(ClientId, owner), permissions));
        call.Add(default(GetFhOperation)).Add(new GetAttrOperation(ReadFileCompound.Wanted));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        WasOpened = results.Next(NfsOpcode.Open);
        if (!WasOpened)
        {
            return;
        }

        State = OpenOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (results.Next(NfsOpcode.GetAttr))
        {
            Attributes = NfsAttributes.Read(ref results.Body);
        }
    }
}
