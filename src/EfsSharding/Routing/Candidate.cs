using System.Buffers.Binary;
using System.Text;

namespace EfsSharding.Routing;

/// <summary>What rendezvous hashing ranks: a mount target or a file system, by its id and weight.</summary>
internal sealed class Candidate
{
    private readonly byte[] _message;

    public Candidate(string id, int weight, int index)
    {
        Id = id;
        Weight = weight;
        Index = index;
        _message = new byte[4 + Encoding.UTF8.GetByteCount(id)];
        Encoding.UTF8.GetBytes(id, _message.AsSpan(4));
    }

    public string Id { get; }

    public int Weight { get; }

    /// <summary>Its place in the published list: the index that a rank is made of.</summary>
    public int Index { get; }

    /// <summary>The best of as many draws as the weight says; a candidate of weight 0 draws once, among others of weight 0. Not thread-safe.</summary>
    public ulong Score(int bucket)
    {
        var best = 0UL;
        BinaryPrimitives.WriteUInt16LittleEndian(_message, (ushort)bucket);
        for (var draw = 0; draw < Math.Max(Weight, 1); draw++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_message.AsSpan(2), (ushort)draw);
            best = Math.Max(best, PathHash.Of(_message));
        }

        return best;
    }
}
