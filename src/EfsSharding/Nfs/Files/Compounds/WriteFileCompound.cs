using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// A whole small file in one compound: a temporary file is made, written, seen to be complete, closed, and renamed or linked to
/// its name. VERIFY stops the compound before a short write is published.
/// </summary>
internal sealed class WriteFileCompound(ReadOnlyMemory<byte> content, string temporaryName, bool links, UnixFileMode mode) : FileCompound
{
    public override string Name => links ? "create" : "replace";

    public override bool Changes => true;

    public override bool MakesDirectories => true;

    public override int Operations => 7;

    public override int OperationsPerStep => links ? 3 : 2;

    public override bool HadEffect => WasOpened;

    /// <summary>The temporary file was made.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>The state of its open, while it was not closed.</summary>
    public StateId? OpenState { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        if (!links)
        {
            call.Add(default(SaveFhOperation));
        }

        call.Add(new OpenOperation(temporaryName, OpenMode.CreateGuarded, call.SlotOwner, mode));
        call.Add(new WriteOperation(StateId.Current, 0, WriteStability.FileSync, content.Span));
        call.Add(new VerifyOperation(NfsFileType.Regular, content.Length));
        call.Add(new CloseOperation(StateId.Current));
        if (links)
        {
            call.Add(default(SaveFhOperation));
            walk.EncodeAgain(call);
            call.Add(new LinkOperation(name));
        }
        else
        {
            call.Add(default(RestoreFhOperation)).Add(new RenameOperation(temporaryName, name));
        }
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        (WasOpened, OpenState) = (false, null);
        if ((!links && !results.Next(NfsOpcode.SaveFh)) || !results.Next(NfsOpcode.Open))
        {
            return;
        }

        WasOpened = true;
        OpenState = OpenOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.Write))
        {
            return;
        }

        WriteOperation.ReadResult(ref results.Body, content.Length);
        if (!results.Next(NfsOpcode.Verify) || !results.Next(NfsOpcode.Close))
        {
            return;
        }

        CloseOperation.ReadResult(ref results.Body);
        OpenState = null;
        if (links)
        {
            if (results.Next(NfsOpcode.SaveFh) && walk.DecodeAgain(ref results) && results.Next(NfsOpcode.Link))
            {
                LinkOperation.ReadResult(ref results.Body);
            }
        }
        else if (results.Next(NfsOpcode.RestoreFh) && results.Next(NfsOpcode.Rename))
        {
            RenameOperation.ReadResult(ref results.Body);
        }
    }
}
