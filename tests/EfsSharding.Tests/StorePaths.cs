using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace EfsSharding.Tests;

/// <summary>Strings that are store paths, and strings that may be, made of the pieces that decide it.</summary>
public static class StorePaths
{
    private static readonly Gen<string> Piece = Gen.Elements(
        "a", "b", "/", "/", ".", ".", "..", "//", "/./", "/../", "é", "日", "😀", "\0", "\uD83D", "\uDE00", "\\", " ", ".efs-sharding-", "/.efs-sharding-1", "\n");

    private static readonly Gen<string> ValidSegment =
        from first in Gen.Elements("a", "é", "😀", "...", ".a", "\\", " ", ".efs-shardin")
        from length in Gen.Choose(0, 60)
        from character in Gen.Elements('x', '.', 'ü', '\t')
        select first + new string(character, length);

    public static Arbitrary<ValidPath> ValidPaths()
    {
        var paths =
            from count in Gen.Choose(1, 8)
            from segments in Gen.ArrayOf(ValidSegment, count)
            select new ValidPath(string.Join('/', segments));
        return paths.ToArbitrary();
    }

    public static Arbitrary<PossiblePath> PossiblePaths() => Gen.OneOf(Mixed(), AroundVectors(), AroundLimits()).Select(p => new PossiblePath(p)).ToArbitrary();

    private static Gen<string> Mixed() =>
        from count in Gen.Choose(0, 12)
        from pieces in Gen.ArrayOf(Gen.Frequency((3, Gen.Constant("abc")), (2, Piece)), count)
        select string.Concat(pieces);

    /// <summary>The checks work on 32 bytes at a time: what matters is put on and beside their edges.</summary>
    private static Gen<string> AroundVectors() =>
        from vectors in Gen.Choose(0, 4)
        from offset in Gen.Choose(-4, 4)
        from piece in Piece
        from tail in Gen.Choose(0, 40)
        from before in Gen.Elements("", "/", "./", "é")
        select Filler((vectors * 32) + offset - Encoding.UTF8.GetByteCount(before)) + before + piece + Filler(tail);

    private static Gen<string> AroundLimits() =>
        from segment in Gen.Choose(250, 260)
        from wide in Gen.Elements("x", "é", "😀")
        from total in Gen.Elements(256, 1000, 4090, 4094, 4095, 4096, 4097, 5000)
        from jitter in Gen.Choose(0, 2)
        let unit = wide.Length == 1 && wide[0] < 0x80 ? 1 : Encoding.UTF8.GetByteCount(wide)
        let one = string.Concat(Enumerable.Repeat(wide, segment / unit)) + new string('y', segment % unit)
        let path = string.Join('/', Enumerable.Repeat(one, (total / (segment + 1)) + 1))
        select path.Length > total + jitter ? path[..(total + jitter)] : path;

    private static string Filler(int length) => length <= 0 ? "" : string.Concat(Enumerable.Range(0, length).Select(i => i % 40 == 39 ? "/" : "f"));
}
