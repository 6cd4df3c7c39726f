using System.Globalization;
using System.Text;

namespace Worker.Paths;

/// <summary>Percent-encoding (RFC 3986 §2.1) of UTF-8, strict in both directions, so that a name and its encoded form are one to one.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes once.</summary>
    /// <param name="encoded">A path, or a value of a query.</param>
    /// <param name="plusIsSpace">Whether it is a value of a query, where forms write a space as <c>+</c>.</param>
    /// <exception cref="BadHttpRequestException">A percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<char> encoded, bool plusIsSpace)
    {
        var bytes = new byte[Strict.GetMaxByteCount(encoded.Length)];
        var length = 0;
        while (!encoded.IsEmpty)
        {
            if (encoded[0] == '%')
            {
                bytes[length++] = encoded.Length > 2 && byte.TryParse(encoded[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)
                    ? octet
                    : throw new BadHttpRequestException("A percent sign must be followed by two hexadecimal digits; one in a name is written %25.");
                encoded = encoded[3..];
            }
            else
            {
                bytes[length++] = encoded[0] switch
                {
                    '+' when plusIsSpace => (byte)' ',
                    <= '\x7F' => (byte)encoded[0],
                    _ => throw new BadHttpRequestException("A character outside of ASCII must be percent-encoded, as UTF-8."),
                };
                encoded = encoded[1..];
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException e)
        {
            throw new BadHttpRequestException("The percent-encoded bytes are not UTF-8; a store path is text.", e);
        }
    }

    /// <summary>Encodes each segment of a path; the slashes stay.</summary>
    public static string Encode(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
