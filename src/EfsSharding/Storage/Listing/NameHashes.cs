using System.Diagnostics;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EfsSharding.Storage.Listing;

/// <summary>A set of 64-bit hashes of names at 11 to 21 bytes each: open addressing, nothing else kept. Two of 5 million names are alike once in a million listings.</summary>
internal sealed class NameHashes
{
    /// <summary>Of this process's own, so that nobody can choose names whose hashes are alike.</summary>
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private ulong[] _slots = [];

    public int Count { get; private set; }

    /// <summary>Never 0, which marks a free slot.</summary>
    public static ulong Of(string name) => Math.Clamp(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()), Seed), 1, ulong.MaxValue - 1);

    public bool Contains(ulong hash) => Count > 0 && _slots[Find(_slots, hash)] == hash;

    /// <returns>False when it was there.</returns>
    public bool Add(ulong hash)
    {
        Debug.Assert(hash != 0, "0 marks a free slot");
        if (Count * 4L >= _slots.Length * 3L)
        {
            Grow();
        }

        var at = Find(_slots, hash);
        if (_slots[at] == hash)
        {
            return false;
        }

        _slots[at] = hash;
        Count++;
        return true;
    }

    public void Clear() => (_slots, Count) = ([], 0);

    private void Grow()
    {
        var larger = new ulong[Math.Max(_slots.Length * 2, 16)];
        foreach (var hash in _slots)
        {
            if (hash != 0)
            {
                larger[Find(larger, hash)] = hash;
            }
        }

        _slots = larger;
    }

    /// <summary>Where it is, or where it belongs. The lengths are powers of two.</summary>
    private static int Find(ulong[] slots, ulong hash)
    {
        Debug.Assert(BitOperations.IsPow2(slots.Length), "a power of two");
        var mask = slots.Length - 1;
        var at = (int)hash & mask;
        while (slots[at] != 0 && slots[at] != hash)
        {
            at = (at + 1) & mask;
        }

        return at;
    }
}
