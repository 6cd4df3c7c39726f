using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Nfs.Xdr;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One page of a directory: READDIR with the type alone.</summary>
/// <param name="cookie">Where the page before ended; 0 at the start.</param>
/// <param name="verifier">What came with the cookie.</param>
/// <param name="maxBytes">How large the reply may be.</param>
internal abstract class ReadDirCompound(ulong cookie, ulong verifier, int maxBytes) : FileCompound
{
    private const int MaxNameBytes = 1024;

    public override int Operations => 1;

    public ulong LastCookie { get; private set; }

    public ulong Verifier { get; private set; }

    public bool IsEnd { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new ReadDirOperation(cookie, verifier, maxBytes, AttributeMask.Type | AttributeMask.ReadDirError));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        Clear();
        LastCookie = cookie;
        if (!results.Next(NfsOpcode.ReadDir))
        {
            return;
        }

        ref var body = ref results.Body;
        Verifier = body.ReadUInt64();
        while (body.ReadBoolean())
        {
            LastCookie = body.ReadUInt64();
            var name = body.ReadOpaque(MaxNameBytes);
            var attributes = NfsAttributes.Read(ref body);
            if (IsName(name) && attributes.ReadDirError != NfsStatus.NoEnt)
            {
                Take(name, ToKind(attributes.Type));
            }
        }

        IsEnd = body.ReadBoolean();
        if (!IsEnd && LastCookie == cookie)
        {
            throw new XdrFormatException("A page of a directory is not its end and does not go on.");
        }
    }

    /// <summary>Leaves out what an earlier page had, and adds to it what this one has.</summary>
    /// <param name="told">Hashes of names.</param>
    public abstract void LeaveOut(HashSet<ulong> told);

    /// <summary>Forgets what was taken.</summary>
    protected abstract void Clear();

    /// <summary>Takes an entry.</summary>
    protected abstract void Take(ReadOnlySpan<byte> name, DirectoryEntryKind kind);

    // A server that invents a name with a separator in it must not lead a caller elsewhere.
    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length > 0 && name.IndexOfAny((byte)'/', (byte)0) < 0 && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);

    private static DirectoryEntryKind ToKind(NfsFileType type) => type switch
    {
        NfsFileType.Regular => DirectoryEntryKind.File,
        NfsFileType.Directory => DirectoryEntryKind.Directory,
        _ => DirectoryEntryKind.Other,
    };
}
