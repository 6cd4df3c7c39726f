using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// Takes the path's lock and opens the file. When its end is known, all of the append happens in the same round trip: VERIFY stops the compound, the
/// lock held and the file open, when the end is another.
/// </summary>
/// <param name="locks">Who takes the lock.</param>
/// <param name="offset">What is locked.</param>
/// <param name="openOwner">A number that no other open has.</param>
/// <param name="end">Where the file is thought to end; null: it is only opened.</param>
/// <param name="content">What is added there.</param>
internal sealed class AppendCompound(LockOwner locks, ulong offset, ulong openOwner, long? end, ReadOnlyMemory<byte> content) : FileCompound
{
    /// <summary>All of them, with SEQUENCE and the directory's PUTFH in front.</summary>
    public const int WholeOperations = 15;

    public override string Name => end is null ? "append-open" : "append";

    public override bool Changes => true;

    public override int Operations => end is null ? 7 : WholeOperations - 2;

    /// <summary>What went wrong behind the walk is the appender's to put right, as the lock may be held.</summary>
    public override bool HadEffect => HasWalked;

    /// <summary>The directory was there.</summary>
    public bool HasWalked { get; private set; }

    public bool WasLocked { get; private set; }

    public bool WasOpened { get; private set; }

    /// <summary>The attributes are known.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>All of the bytes are in the file.</summary>
    public bool WasWritten { get; private set; }

    /// <summary>Some of the bytes are in the file, at the end that was thought of.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The open, while it was not closed.</summary>
    public StateId? OpenState { get; private set; }

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(default(SaveFhOperation)).Add(new PutFhOperation(locks.File.Handle)).Add(locks.Lock(offset)).Add(default(RestoreFhOperation));
        call.Add(new OpenOperation(name, OpenMode.WriteExisting, new OpenOwner(call.Session.ClientId, openOwner), default));
        call.Add(default(GetFhOperation)).Add(new GetAttrOperation(ReadFileCompound.Wanted));
        if (end is not { } start)
        {
            return;
        }

        call.Add(new VerifyOperation(NfsFileType.Regular, start));
        call.Add(new WriteOperation(StateId.Current, start, WriteStability.FileSync, content.Span));
        call.Add(new VerifyOperation(NfsFileType.Regular, start + content.Length));
        call.Add(new CloseOperation(StateId.Current));
        call.Add(new PutFhOperation(locks.File.Handle)).Add(new LockUOperation(locks.State!.Value, offset));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        (HasWalked, WasLocked, WasOpened, IsKnown, WasWritten, WasCut, OpenState) = (results.Next(NfsOpcode.SaveFh), false, false, false, false, false, null);
        if (!HasWalked || !results.Next(NfsOpcode.PutFh) || !results.Next(NfsOpcode.Lock))
        {
            return;
        }

        locks.Know(LockOperation.ReadResult(ref results.Body));
        WasLocked = true;
        WasOpened = results.Next(NfsOpcode.RestoreFh) && results.Next(NfsOpcode.Open);
        if (!WasOpened)
        {
            return;
        }

        OpenState = OpenOperation.ReadResult(ref results.Body);
        if (!results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (results.Next(NfsOpcode.GetAttr))
        {
            Attributes = NfsAttributes.Read(ref results.Body);
            IsKnown = true;
            DecodeWrite(ref results);
        }
    }

    private void DecodeWrite(ref CompoundResults results)
    {
        if (end is null || !results.Next(NfsOpcode.Verify) || !results.Next(NfsOpcode.Write))
        {
            return;
        }

        WriteOperation.ReadResult(ref results.Body, content.Length);
        WasWritten = results.Next(NfsOpcode.Verify);
        WasCut = !WasWritten;
        if (WasWritten && results.Next(NfsOpcode.Close))
        {
            CloseOperation.ReadResult(ref results.Body);
            OpenState = null;
            if (results.Next(NfsOpcode.PutFh) && results.Next(NfsOpcode.LockU))
            {
                LockUOperation.ReadResult(ref results.Body);
            }
        }
    }
}
