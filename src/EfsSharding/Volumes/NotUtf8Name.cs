using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EfsSharding.Volumes;

/// <summary>
/// Names that are not UTF-8, as text that leads back to them: each byte that belongs to no character is a lone surrogate, U+DC80 to
/// U+DCFF. No store path has one and no other name looks like it, so that such a name can be recognised, and a directory of that name can still be opened.
/// </summary>
internal static class NotUtf8Name
{
    private const char First = '\uDC80';
    private const char Last = '\uDCFF';
    private const int Base = 0xDC00;

    /// <summary>Whether a text stands for bytes that are not UTF-8.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange(First, Last); i >= 0; i = Next(text, i))
        {
            if (i == 0 || !char.IsHighSurrogate(text[i - 1]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text that stands for a name.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        Span<char> two = stackalloc char[2];
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(two[..rune.EncodeToUtf16(two)]);
            }
            else
            {
                length = 1;
                text.Append((char)(Base + name[0]));
            }

            name = name[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that a text stands for; those of any other text are its UTF-8 form.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var written = 0;
        while (!text.IsEmpty)
        {
            if (Utf8.FromUtf16(text, bytes.AsSpan(written), out var read, out var count, replaceInvalidSequences: false) == OperationStatus.InvalidData)
            {
                var lone = text[read];
                var escaped = lone is >= First and <= Last;
                count += escaped ? Put(bytes, written + count, (byte)(lone - Base)) : Encoding.UTF8.GetBytes("\uFFFD", bytes.AsSpan(written + count));
                read++;
            }

            written += count;
            text = text[read..];
        }

        return bytes[..written];
    }

    /// <summary>The same for people: such a byte as <c>\xE9</c>.</summary>
    public static string ToDisplay(string text)
    {
        if (!Is(text))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is >= First and <= Last && (i == 0 || !char.IsHighSurrogate(text[i - 1])))
            {
                shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{text[i] - Base:X2}");
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return shown.ToString();
    }

    private static int Put(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return 1;
    }

    private static int Next(ReadOnlySpan<char> text, int found)
    {
        var next = text[(found + 1)..].IndexOfAnyInRange(First, Last);
        return next < 0 ? -1 : found + 1 + next;
    }
}
