using System.Text;
using System.Text.Unicode;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Nfs.Xdr;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>One page of a directory: READDIR with the type alone.</summary>
/// <param name="cookie">Where the page before ended; 0 at the start.</param>
/// <param name="verifier">What came with the cookie.</param>
/// <param name="maxBytes">How large the reply may be.</param>
/// <param name="everyName">Whether temporary names, and names that are no store paths as they are not UTF-8, are told too.</param>
internal sealed class ListCompound(ulong cookie, ulong verifier, int maxBytes, bool everyName = false) : FileCompound
{
    /// <summary>Begins the stand-in for a name that is not UTF-8: it can be counted and shown, not looked up.</summary>
    public const string NotUtf8 = "\uFFFD";

    private const int MaxNameBytes = 1024;

    public override string Name => "list";

    public override int Operations => 1;

    public List<DirectoryEntry> Entries { get; } = [];

    /// <summary>Temporary names that the entries leave out.</summary>
    public List<string> TemporaryNames { get; } = [];

    public ulong LastCookie { get; private set; }

    public ulong Verifier { get; private set; }

    public bool IsEnd { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new ReadDirOperation(cookie, verifier, maxBytes, AttributeMask.Type | AttributeMask.ReadDirError));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        Entries.Clear();
        TemporaryNames.Clear();
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
            if (!IsName(name) || attributes.ReadDirError == NfsStatus.NoEnt)
            {
                continue;
            }

            var isText = Utf8.IsValid(name);
            if (!everyName && TemporaryName.Is(name))
            {
                TemporaryNames.Add(Encoding.UTF8.GetString(name));
            }
            else if (everyName || isText)
            {
                Entries.Add(new DirectoryEntry(isText ? Encoding.UTF8.GetString(name) : NotUtf8 + Convert.ToHexString(name), ToKind(attributes.Type)));
            }
        }

        IsEnd = body.ReadBoolean();
        if (!IsEnd && Entries.Count == 0 && LastCookie == cookie)
        {
            throw new XdrFormatException("A page of a directory has no entry and is not its end.");
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
