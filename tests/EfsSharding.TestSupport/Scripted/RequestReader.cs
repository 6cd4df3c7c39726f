using System.Buffers.Binary;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>Decodes the arguments of one operation.</summary>
internal static class RequestReader
{
    public static Request Read(ref PeerReader reader)
    {
        var op = (Nfs4Op)reader.UInt32();
        return op switch
        {
            Nfs4Op.Access => new AccessRequest(reader.UInt32()),
            Nfs4Op.Close => Close(ref reader),
            Nfs4Op.Commit => new CommitRequest(reader.UInt64(), reader.UInt32()),
            Nfs4Op.Create => Create(ref reader),
            Nfs4Op.GetAttr => new GetAttrRequest(reader.Bitmap()),
            Nfs4Op.Link => new LinkRequest(reader.Text()),
            Nfs4Op.Lock => Lock(ref reader),
            Nfs4Op.LockU => LockU(ref reader),
            Nfs4Op.Lookup => new LookupRequest(reader.Text()),
            Nfs4Op.Open => Open(ref reader),
            Nfs4Op.PutFh => new PutFhRequest(reader.Opaque(128)),
            Nfs4Op.Read => new ReadRequest(Stateid.Read(ref reader), reader.UInt64(), reader.UInt32()),
            Nfs4Op.ReadDir => new ReadDirRequest(reader.UInt64(), reader.UInt64(), reader.UInt32(), reader.UInt32(), reader.Bitmap()),
            Nfs4Op.Remove => new RemoveRequest(reader.Text()),
            Nfs4Op.Rename => new RenameRequest(reader.Text(), reader.Text()),
            Nfs4Op.SetAttr => new SetAttrRequest(Stateid.Read(ref reader), SettableAttributes.Read(ref reader)),
            Nfs4Op.Verify => new VerifyRequest(reader.Bitmap(), reader.Opaque(1024)),
            Nfs4Op.Write => new WriteRequest(Stateid.Read(ref reader), reader.UInt64(), reader.UInt32(), reader.Opaque(1 << 24)),
            Nfs4Op.ExchangeId => ExchangeId(ref reader),
            Nfs4Op.CreateSession => CreateSession(ref reader),
            Nfs4Op.DestroySession => new DestroySessionRequest(Convert.ToHexString(reader.Fixed(16))),
            Nfs4Op.FreeStateid => new FreeStateidRequest(Stateid.Read(ref reader)),
            Nfs4Op.TestStateid => TestStateid(ref reader),
            Nfs4Op.Sequence => new SequenceRequest(Convert.ToHexString(reader.Fixed(16)), reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.Boolean()),
            Nfs4Op.DestroyClientId => new DestroyClientIdRequest(reader.UInt64()),
            Nfs4Op.ReclaimComplete => new ReclaimCompleteRequest(reader.Boolean()),
            Nfs4Op.GetFh or Nfs4Op.PutRootFh or Nfs4Op.RestoreFh or Nfs4Op.SaveFh => new BareRequest(op),
            _ => throw new PeerFormatException($"operation {(uint)op}, which this server does not know"),
        };
    }

    private static CloseRequest Close(ref PeerReader reader)
    {
        reader.UInt32();
        return new CloseRequest(Stateid.Read(ref reader));
    }

    private static LockRequest Lock(ref PeerReader reader)
    {
        var type = reader.UInt32();
        if (reader.Boolean())
        {
            throw new PeerFormatException("a lock that is reclaimed");
        }

        var (offset, length) = (reader.UInt64(), reader.UInt64());
        if (!reader.Boolean())
        {
            var known = Stateid.Read(ref reader);
            reader.UInt32();
            return new LockRequest(type, offset, length, Owner: null, known);
        }

        reader.UInt32();
        var open = Stateid.Read(ref reader);
        reader.UInt32();
        return new LockRequest(type, offset, length, $"{reader.UInt64():X16}{Convert.ToHexString(reader.Opaque(1024))}", open);
    }

    private static LockURequest LockU(ref PeerReader reader)
    {
        var type = reader.UInt32();
        reader.UInt32();
        return new LockURequest(type, Stateid.Read(ref reader), reader.UInt64(), reader.UInt64());
    }

    private static CreateRequest Create(ref PeerReader reader)
    {
        var type = reader.UInt32();
        if (type == (uint)InodeType.Symlink)
        {
            reader.Text();
        }

        return new CreateRequest(type, reader.Text(), SettableAttributes.Read(ref reader));
    }

    private static OpenRequest Open(ref PeerReader reader)
    {
        reader.UInt32();
        var access = reader.UInt32();
        var deny = reader.UInt32();
        var clientId = reader.UInt64();
        var owner = Convert.ToHexString(reader.Opaque(1024));
        var how = OpenHow.NoCreate;
        SettableAttributes? attributes = null;
        ulong verifier = 0;
        if (reader.UInt32() == 1)
        {
            switch (reader.UInt32())
            {
                case 0:
                    (how, attributes) = (OpenHow.Unchecked, SettableAttributes.Read(ref reader));
                    break;
                case 1:
                    (how, attributes) = (OpenHow.Guarded, SettableAttributes.Read(ref reader));
                    break;
                case 3:
                    (how, verifier, attributes) = (OpenHow.Exclusive, reader.UInt64(), SettableAttributes.Read(ref reader));
                    break;
                case var other:
                    throw new PeerFormatException($"createmode {other}");
            }
        }

        return reader.UInt32() switch
        {
            0 => new OpenRequest(access, deny, clientId, owner, how, attributes, verifier, reader.Text()),
            4 => new OpenRequest(access, deny, clientId, owner, how, attributes, verifier, Name: null),
            var claim => throw new PeerFormatException($"open claim {claim}"),
        };
    }

    private static ExchangeIdRequest ExchangeId(ref PeerReader reader)
    {
        var request = new ExchangeIdRequest(BinaryPrimitives.ReadUInt64BigEndian(reader.Fixed(8)), Convert.ToHexString(reader.Opaque(1024)), reader.UInt32());
        if (reader.UInt32() != 0)
        {
            throw new PeerFormatException("state protection");
        }

        if (reader.UInt32() is var count and > 0)
        {
            _ = count == 1 ? reader.Text() + reader.Text() : throw new PeerFormatException($"{count} implementation ids");
            reader.UInt64();
            reader.UInt32();
        }

        return request;
    }

    private static CreateSessionRequest CreateSession(ref PeerReader reader)
    {
        var request = new CreateSessionRequest(reader.UInt64(), reader.UInt32(), reader.UInt32(), ChannelLimits.Read(ref reader), ChannelLimits.Read(ref reader));
        reader.UInt32();
        for (var left = reader.UInt32(); left > 0; left--)
        {
            if (reader.UInt32() is 1)
            {
                reader.UInt32();
                reader.Text(255);
                reader.UInt64();
                for (var groups = reader.UInt32(); groups > 0; groups--)
                {
                    reader.UInt32();
                }
            }
        }

        return request;
    }

    private static TestStateidRequest TestStateid(ref PeerReader reader)
    {
        var stateids = new Stateid[reader.Count(1024)];
        for (var i = 0; i < stateids.Length; i++)
        {
            stateids[i] = Stateid.Read(ref reader);
        }

        return new TestStateidRequest(stateids);
    }
}
