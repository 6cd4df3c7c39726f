using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// A change on the condition that the file is still of a certain version: the content is made ready under a temporary name, the path's lock is taken, VERIFY
/// stops the compound unless the file is that one, and RENAME makes the change. All of it has the 16 operations that EFS allows. A deletion renames the file to the
/// attempt's own name and removes that.
/// </summary>
/// <param name="locks">Who takes the lock.</param>
/// <param name="offset">What is locked.</param>
/// <param name="expected">The version.</param>
/// <param name="withHandle">Whether the server compares handles.</param>
/// <param name="temporaryName">The attempt's own name.</param>
/// <param name="content">The content; null when it lies under the temporary name already, and for a deletion.</param>
/// <param name="removes">Whether the file is deleted.</param>
/// <param name="mode">Of the new file.</param>
internal sealed class ConditionalCompound(
    LockOwner locks, ulong offset, StoredVersion expected, bool withHandle, string temporaryName, ReadOnlyMemory<byte>? content, bool removes, UnixFileMode mode) : FileCompound
{
    /// <summary>All of them, with SEQUENCE and the directory's PUTFH in front.</summary>
    public const int WholeOperations = 16;

    private readonly StateId? _known = locks.State;

    public override string Name => removes ? "remove-if" : content is null ? "publish-if" : "replace-if";

    public override bool Changes => true;

    public override int Operations => content is null ? removes ? 11 : 10 : WholeOperations - 2;

    /// <summary>What went wrong behind the walk is put right by the one that asked, as the lock may be held.</summary>
    public override bool HadEffect => HasWalked;

    public bool HasWalked { get; private set; }

    /// <summary>The temporary file was made.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>Its open, while it was not closed.</summary>
    public StateId? OpenState { get; private set; }

    /// <summary>The content lies complete under the temporary name.</summary>
    public bool WasStaged { get; private set; }

    public bool WasLocked { get; private set; }

    /// <summary>The file is there: what fails next is the comparison.</summary>
    public bool WasFound { get; private set; }

    /// <summary>It is of that version.</summary>
    public bool WasVerified { get; private set; }

    /// <summary>The change is made.</summary>
    public bool WasRenamed { get; private set; }

    public bool WasUnlocked { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(default(SaveFhOperation));
        if (content is { } bytes)
        {
            call.Add(new OpenOperation(temporaryName, OpenMode.CreateGuarded, call.SlotOwner, mode));
            call.Add(new WriteOperation(StateId.Current, 0, WriteStability.FileSync, bytes.Span));
            call.Add(new VerifyOperation(NfsFileType.Regular, bytes.Length));
            call.Add(new CloseOperation(StateId.Current));
        }

        call.Add(new PutFhOperation(locks.File.Handle)).Add(locks.Lock(offset)).Add(default(RestoreFhOperation));
        call.Add(new LookupOperation(name)).Add(new VerifyVersionOperation(expected, withHandle)).Add(default(RestoreFhOperation));
        if (removes)
        {
            call.Add(new RenameOperation(name, temporaryName)).Add(new RemoveOperation(temporaryName));
        }
        else
        {
            call.Add(new RenameOperation(temporaryName, name));
        }

        if (_known is { } state)
        {
            call.Add(new PutFhOperation(locks.File.Handle)).Add(new LockUOperation(state, offset));
        }
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        HasWalked = results.Next(NfsOpcode.SaveFh);
        (WasOpened, OpenState, WasStaged, WasLocked, WasFound, WasVerified, WasRenamed, WasUnlocked) = (false, null, false, false, false, false, false, false);
        if (!HasWalked || (content is { } bytes && !DecodeContent(ref results, bytes.Length)) || !results.Next(NfsOpcode.PutFh) || !results.Next(NfsOpcode.Lock))
        {
            return;
        }

        locks.Know(LockOperation.ReadResult(ref results.Body));
        WasLocked = true;
        WasFound = results.Next(NfsOpcode.RestoreFh) && results.Next(NfsOpcode.Lookup);
        WasVerified = WasFound && results.Next(NfsOpcode.Verify);
        if (!WasVerified || !results.Next(NfsOpcode.RestoreFh) || !results.Next(NfsOpcode.Rename))
        {
            return;
        }

        RenameOperation.ReadResult(ref results.Body);
        WasRenamed = true;
        if (removes)
        {
            if (!results.Next(NfsOpcode.Remove))
            {
                return;
            }

            RemoveOperation.ReadResult(ref results.Body);
        }

        if (_known is not null && results.Next(NfsOpcode.PutFh) && results.Next(NfsOpcode.LockU))
        {
            LockUOperation.ReadResult(ref results.Body);
            WasUnlocked = true;
        }
    }

    private bool DecodeContent(ref CompoundResults results, int length)
    {
        WasOpened = results.Next(NfsOpcode.Open);
        if (!WasOpened)
        {
            return false;
        }

        OpenState = OpenOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.Write))
        {
            return false;
        }

        WriteOperation.ReadResult(ref results.Body, length);
        WasStaged = results.Next(NfsOpcode.Verify) && results.Next(NfsOpcode.Close);
        if (WasStaged)
        {
            CloseOperation.ReadResult(ref results.Body);
            OpenState = null;
        }

        return WasStaged;
    }
}
