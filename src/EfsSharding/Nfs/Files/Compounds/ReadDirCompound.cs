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

    /// <summary>Names whose kind the server did not give, as text: what has such a name has to be asked for. One that is replaced during the reading may be among them.</summary>
    public List<string> Unanswered { get; } = [];

    /// <summary>Entries that came, whatever they are.</summary>
    public int Count { get; private set; }

    public override bool IsDoubtful => base.IsDoubtful || (Status == NfsStatus.Ok && cookie == 0 && IsEnd && Count == 0);

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new ReadDirOperation(cookie, verifier, maxBytes, AttributeMask.Type | AttributeMask.ReadDirError));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        Clear();
        Unanswered.Clear();
        (LastCookie, Count, IsEnd) = (cookie, 0, false);
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
            Count++;
            if (IsName(name))
            {
                Take(name, attributes);
            }
        }

        IsEnd = body.ReadBoolean();
        if (!IsEnd && LastCookie == cookie)
        {
            throw new XdrFormatException("A page of a directory is not its end and does not go on.");
        }
    }

    /// <summary>Takes a name that was asked for.</summary>
    public void Answer(string name, NfsFileType type) => Take(NotUtf8Name.Encode(name), ToKind(type));

    /// <summary>Leaves out what an earlier page had, and adds to it what this one has. Pages that may give a name twice need not.</summary>
    /// <param name="seen">Hashes of names.</param>
    public virtual void LeaveOut(NameHashes seen)
    {
    }

    /// <summary>Forgets what was taken.</summary>
    protected abstract void Clear();

    /// <summary>Takes an entry.</summary>
    protected abstract void Take(ReadOnlySpan<byte> name, DirectoryEntryKind kind);

    private void Take(ReadOnlySpan<byte> name, in NfsAttributes attributes)
    {
        if (attributes.ReadDirError == NfsStatus.Ok && attributes.Type != NfsFileType.None)
        {
            Take(name, ToKind(attributes.Type));
        }
        else
        {
            Unanswered.Add(NotUtf8Name.Decode(name));
        }
    }

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
