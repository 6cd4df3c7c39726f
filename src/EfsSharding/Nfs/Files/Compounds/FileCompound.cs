using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>What one compound does in the directory that its walk leads to, and what came of it.</summary>
internal abstract class FileCompound
{
    /// <summary>Names the compound in metrics.</summary>
    public abstract string Name { get; }

    /// <summary>It changes something, or makes state, on the server.</summary>
    public virtual bool Changes => false;

    /// <summary>See <see cref="Rpc.RpcCall.ContinuesInTurn"/>: the continuation is code of this library only, and does not block.</summary>
    public virtual bool ContinuesInTurn => false;

    /// <summary>See <see cref="Rpc.RpcCall.Reader"/>.</summary>
    public virtual object? Reader => null;

    /// <summary>Missing directories on the way are made.</summary>
    public virtual bool MakesDirectories => false;

    /// <summary>The mode of directories that are made on the way; null: that of the options.</summary>
    public virtual UnixFileMode? DirectoryMode => null;

    /// <summary>Operations beside those of the walk.</summary>
    public abstract int Operations { get; }

    /// <summary>Operations that one step of the walk costs.</summary>
    public virtual int OperationsPerStep => 2;

    /// <summary>The error that ended the compound.</summary>
    public NfsStatus Status { get; set; }

    /// <summary>The operation that met it.</summary>
    public NfsOpcode FailedOperation { get; set; }

    /// <summary>What a directory that was removed would answer as well, while its handle is known to the server: that the name, or everything, is missing.</summary>
    public virtual bool IsDoubtful => Status == NfsStatus.NoEnt;

    /// <summary>The walk to its directory began at a handle that was known before.</summary>
    public bool IsFromKnownHandle { get; set; }

    /// <summary>When a name is missing, the caller asks again.</summary>
    public bool IsAskedAgain { get; set; }

    /// <summary>Something was changed before the error.</summary>
    public virtual bool HadEffect => false;

    /// <summary>What was taken from the reply lies in it still: <see cref="Keep"/> is given the reply when there was no error.</summary>
    public virtual bool KeepsReply => false;

    public abstract void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name);

    /// <summary>Takes the results behind those of the walk.</summary>
    public abstract void Decode(ref CompoundResults results, in DirectoryWalk walk);

    /// <summary>Takes over the reply and has to dispose it.</summary>
    public virtual void Keep(RpcRecord reply) => reply.Dispose();
}
