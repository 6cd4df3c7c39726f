namespace EfsSharding.TestSupport.Scripted;

/// <summary>One RPC call (RFC 5531 §9) of NFSv4: NULL, or COMPOUND with its operations.</summary>
internal sealed class PeerCall
{
    private const uint Program = 100003;
    private const uint AuthSys = 1;

    private readonly uint _xid;
    private readonly byte[] _compound;

    private PeerCall(uint xid, uint minorVersion, IReadOnlyList<Request>? requests, byte[] compound)
    {
        _xid = xid;
        MinorVersion = minorVersion;
        Requests = requests;
        _compound = compound;
    }

    public uint MinorVersion { get; }

    /// <summary>Null for the NULL procedure.</summary>
    public IReadOnlyList<Request>? Requests { get; }

    public static PeerCall Read(byte[] record)
    {
        var reader = new PeerReader(record);
        var xid = reader.UInt32();
        Expect(reader.UInt32(), 0, "msg_type");
        Expect(reader.UInt32(), 2, "rpcvers");
        Expect(reader.UInt32(), Program, "prog");
        Expect(reader.UInt32(), 4, "vers");
        var procedure = reader.UInt32();
        ReadCredential(ref reader);
        reader.UInt32();
        reader.Opaque(400);
        if (procedure == 0)
        {
            Expect((uint)reader.Remaining, 0, "bytes behind NULL");
            return new PeerCall(xid, 1, requests: null, []);
        }

        Expect(procedure, 1, "proc");
        var compound = record[^reader.Remaining..];
        reader.Text(1024);
        var minorVersion = reader.UInt32();
        var requests = new Request[reader.Count(256)];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = RequestReader.Read(ref reader);
        }

        Expect((uint)reader.Remaining, 0, "bytes behind the compound");
        return new PeerCall(xid, minorVersion, requests, compound);
    }

    public byte[] Answer(PeerState state, Func<int, Fault?> faultAt)
    {
        var writer = new PeerWriter().UInt32(_xid).UInt32(1).UInt32(0).UInt32(0).UInt32(0).UInt32(0);
        if (Requests is null)
        {
            return writer.ToArray();
        }

        return MinorVersion == 1
            ? writer.Raw(new CompoundRun(state, Requests, _compound).Run(faultAt)).ToArray()
            : writer.UInt32((uint)Nfs4Stat.MinorVersMismatch).Opaque([]).UInt32(0).ToArray();
    }

    /// <summary>AUTH_SYS, or AUTH_NONE (RFC 5531 §8.2, appendix A).</summary>
    private static void ReadCredential(ref PeerReader reader)
    {
        var flavor = reader.UInt32();
        var body = new PeerReader(reader.Opaque(400));
        if (flavor != AuthSys)
        {
            Expect(flavor, 0, "credential flavor");
            return;
        }

        body.UInt32();
        body.Text(255);
        body.UInt64();
        var groups = body.UInt32();
        Expect(groups, Math.Min(groups, 16), "number of groups");
        Expect((uint)body.Remaining, groups * 4, "bytes of groups");
    }

    private static void Expect(uint value, uint wanted, string what)
    {
        if (value != wanted)
        {
            throw new PeerFormatException($"{what} is {value}, not {wanted}");
        }
    }
}
