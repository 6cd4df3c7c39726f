using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>The least of a client: writes calls by hand, so that the scripted server is itself tested without the library.</summary>
internal sealed class RawCaller : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private uint _xid;

    public RawCaller(int port) => _tcp.Connect(IPAddress.Loopback, port);

    public byte[] SessionId { get; private set; } = [];

    public ulong ClientId { get; private set; }

    /// <summary>Sends a compound and returns the status, the results' bytes behind the array's length, and its length.</summary>
    public (Nfs4Stat Status, uint Count, byte[] Results) Call(uint count, Action<PeerWriter> operations)
    {
        var call = new PeerWriter().UInt32(++_xid).UInt32(0).UInt32(2).UInt32(100003).UInt32(4).UInt32(1).UInt64(0).UInt64(0);
        call.Opaque([]).UInt32(1).UInt32(count);
        operations(call);
        var record = call.ToArray();
        var mark = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mark, 0x8000_0000 | (uint)record.Length);
        _tcp.GetStream().Write([.. mark, .. record]);
        return Read();
    }

    public void Establish()
    {
        var exchanged = Call(1, w => w.UInt32(42).UInt64(7).Opaque("raw"u8).UInt32(0).UInt32(0).UInt32(0));
        var reader = new PeerReader(exchanged.Results.AsSpan(8));
        ClientId = reader.UInt64();
        var sequence = reader.UInt32();
        var channel = new ChannelLimits(1 << 20, 1 << 20, 4096, 16, 8);
        var created = Call(1, w =>
        {
            w.UInt32(43).UInt64(ClientId).UInt32(sequence).UInt32(0);
            channel.Write(w);
            channel.Write(w);
            w.UInt32(0).UInt32(1).UInt32(0);
        });
        SessionId = created.Results[8..24];
        Call(2, w => Sequence(w, 1, slot: 7).UInt32(58).Boolean(false));
    }

    public PeerWriter Sequence(PeerWriter writer, uint sequence, uint slot = 0, bool cache = true) =>
        writer.UInt32(53).Fixed(SessionId).UInt32(sequence).UInt32(slot).UInt32(7).Boolean(cache);

    public void Dispose() => _tcp.Dispose();

    private (Nfs4Stat Status, uint Count, byte[] Results) Read()
    {
        var record = new List<byte>();
        var mark = new byte[4];
        do
        {
            _tcp.GetStream().ReadExactly(mark);
            var fragment = new byte[BinaryPrimitives.ReadUInt32BigEndian(mark) & 0x7FFF_FFFF];
            _tcp.GetStream().ReadExactly(fragment);
            record.AddRange(fragment);
        }
        while (mark[0] < 0x80);
        var body = record.ToArray().AsSpan(24);
        var reader = new PeerReader(body);
        var status = (Nfs4Stat)reader.UInt32();
        reader.Text();
        var count = reader.UInt32();
        return (status, count, body[^reader.Remaining..].ToArray());
    }
}
