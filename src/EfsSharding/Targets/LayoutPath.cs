using System.Buffers;
using System.Globalization;

namespace EfsSharding.Targets;

/// <summary>The directory of a bucket in the bucketed layout: three lower-case hexadecimal digits.</summary>
internal static class LayoutPath
{
    /// <summary>The digits and the slash.</summary>
    public const int PrefixLength = DigitCount + 1;

    private const int DigitCount = 3;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static string ToBucketed(string path, int bucket) => string.Create(CultureInfo.InvariantCulture, $"{bucket:x3}/{path}");

    /// <summary>Whether a name in the root is a bucket's directory.</summary>
    public static bool IsBucket(ReadOnlySpan<char> name, out int bucket)
    {
        bucket = -1;
        return name.Length == DigitCount
            && !name.ContainsAnyExcept(Digits)
            && int.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bucket);
    }

    /// <summary>The store path of a physical path that begins with a bucket's directory.</summary>
    public static string FromBucketed(string physicalPath) => physicalPath[PrefixLength..];
}
