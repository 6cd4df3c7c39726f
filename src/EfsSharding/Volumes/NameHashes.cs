using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EfsSharding.Volumes;

/// <summary>A set of 64-bit hashes of names at 11 to 21 bytes each: open addressing, nothing else kept. Two of 5 million names are alike once in a million listings.</summary>
internal sealed class NameHashes
{
    /// <summary>Below this prime the hash that is safe from chosen names is reckoned.</summary>
    private const ulong Prime = (1UL << 61) - 1;

    /// <summary>What is reckoned at once: less than the prime.</summary>
    private const int WordBytes = 7;

    /// <summary>Of this process's own. A seed alone does not help: names for which XXH64 is the same are so for many seeds.</summary>
    private static readonly ulong Key = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) % Prime;

    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private ulong[] _slots = [];
    private int _taken;

    /// <summary>0 marks a free slot.</summary>
    private bool _hasZero;

    public int Count => _taken + (_hasZero ? 1 : 0);

    /// <summary>Less than the largest number, so that a range can end behind it.</summary>
    public static ulong Of(string name) => Of(MemoryMarshal.AsBytes(name.AsSpan()));

    /// <summary>
    /// Of a name's bytes, which is not the hash of its text. A sum of XXH64, for which names nobody chose are alike once in 2^64 pairs, and of a polynomial of the
    /// name at the key, so that those that somebody did choose are alike once in 2^55 at most.
    /// </summary>
    public static ulong Of(ReadOnlySpan<byte> name) => Math.Min(unchecked(XxHash64.HashToUInt64(name, Seed) + Spread(Polynomial(name))), ulong.MaxValue - 1);

    public bool Contains(ulong hash) => hash == 0 ? _hasZero : _taken > 0 && _slots[Find(_slots, hash)] == hash;

    /// <returns>False when it was there.</returns>
    public bool Add(ulong hash)
    {
        if (hash == 0)
        {
            return !_hasZero && (_hasZero = true);
        }

        if (_taken * 4L >= _slots.Length * 3L)
        {
            Grow();
        }

        var at = Find(_slots, hash);
        if (_slots[at] == hash)
        {
            return false;
        }

        _slots[at] = hash;
        _taken++;
        return true;
    }

    public void Clear() => (_slots, _taken, _hasZero) = ([], 0, false);

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

    private static ulong Polynomial(ReadOnlySpan<byte> name)
    {
        var sum = (ulong)name.Length;
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!name.IsEmpty)
        {
            var count = Math.Min(name.Length, WordBytes);
            word.Clear();
            name[..count].CopyTo(word);
            var high = Math.BigMul(sum + BinaryPrimitives.ReadUInt64LittleEndian(word), Key, out var low);
            sum = (low & Prime) + ((low >> 61) | (high << 3));
            sum = (sum & Prime) + (sum >> 61);
            sum = sum >= Prime ? sum - Prime : sum;
            name = name[count..];
        }

        return sum;
    }

    /// <summary>To all 64 bits, and different numbers to different ones.</summary>
    private static ulong Spread(ulong value) => unchecked((value ^ (value >> 32)) * 0x9E3779B97F4A7C15);
}
