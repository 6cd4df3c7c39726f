using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>The second round trip of an append whose end was not known: the file is open, and the lock is held until all is in it.</summary>
/// <param name="locks">Who holds the lock.</param>
/// <param name="offset">What is locked.</param>
/// <param name="open">The file's open.</param>
/// <param name="end">Where the file ended when the lock was had.</param>
/// <param name="content">What is added.</param>
internal sealed class AppendRestCompound(LockOwner locks, ulong offset, StateId open, long end, ReadOnlyMemory<byte> content) : FileCompound
{
    public override string Name => "append-rest";

    public override bool Changes => true;

    public override int Operations => 6;

    /// <summary>All of the bytes are in the file.</summary>
    public bool WasWritten { get; private set; }

    /// <summary>The file ends elsewhere: somebody adds to it without a lock. Nothing was written.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>The open was ended.</summary>
    public bool WasClosed { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new VerifyOperation(NfsFileType.Regular, end));
        call.Add(new WriteOperation(open, end, WriteStability.FileSync, content.Span));
        call.Add(new VerifyOperation(NfsFileType.Regular, end + content.Length));
        call.Add(new CloseOperation(open));
        call.Add(new PutFhOperation(locks.File.Handle)).Add(new LockUOperation(locks.State!.Value, offset));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (!results.Next(NfsOpcode.Verify))
        {
            HasMoved = results.Status == NfsStatus.NotSame;
            return;
        }

        if (!results.Next(NfsOpcode.Write))
        {
            return;
        }

        WriteOperation.ReadResult(ref results.Body, content.Length);
        WasWritten = results.Next(NfsOpcode.Verify);
        WasClosed = WasWritten && results.Next(NfsOpcode.Close);
        if (WasClosed)
        {
            CloseOperation.ReadResult(ref results.Body);
            if (results.Next(NfsOpcode.PutFh) && results.Next(NfsOpcode.LockU))
            {
                LockUOperation.ReadResult(ref results.Body);
            }
        }
    }
}
