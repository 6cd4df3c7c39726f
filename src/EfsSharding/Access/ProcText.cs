using System.Text;

namespace EfsSharding.Access;

/// <summary>How the kernel writes names into lines: blanks, line ends and backslashes as a backslash and three octal digits.</summary>
internal static class ProcText
{
    public static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field[i + 1], '3') && IsOctal(field[i + 2], '7') && IsOctal(field[i + 3], '7'))
            {
                text.Append((char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>The text after <c>name:</c> at the start of a line of a file such as /proc/self/status, or null.</summary>
    public static string? Value(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }

        return null;
    }

    private static bool IsOctal(char c, char highest) => c >= '0' && c <= highest;
}
