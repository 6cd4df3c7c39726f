using System.Globalization;
using System.Numerics;

namespace Samples;

/// <summary>
/// The variables of one options class, each named by the class without "Options", two underscores and the option: <c>EfsSharding__RefreshInterval</c>.
/// Written by hand, one line for each option, as binding by reflection does not survive trimming and leaves out what it does not know.
/// </summary>
internal sealed class OptionVariables(Variables variables, string section)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public void Text(string option, Action<string> set)
    {
        if (Find(option) is { } value)
        {
            set(value);
        }
    }

    public void Switch(string option, Action<bool> set) => Read(option, "true or false", bool.TryParse, set);

    public void Number<T>(string option, Action<T> set)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        Read(option, $"a whole number of {T.MinValue} to {T.MaxValue}", static (string value, out T number) => T.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number), set);

    public void Duration(string option, Action<TimeSpan> set) => Read(option, DurationText.Expected, DurationText.TryParse, set);

    public void Choice<T>(string option, Action<T> set)
        where T : struct, Enum =>
        Read(option, string.Join(" or ", Enum.GetNames<T>()), static (string value, out T choice) => Enum.TryParse(value, ignoreCase: true, out choice) && Enum.IsDefined(choice) && !char.IsAsciiDigit(value[0]), set);

    /// <summary>Permissions as chmod takes them, in octal digits.</summary>
    public void Mode(string option, Action<UnixFileMode> set) => Read(option, "permissions in octal digits such as 0644", TryParseMode, set);

    /// <summary>Several values, separated by commas, or each in a variable of its own: <c>__0</c>, <c>__1</c> and so on.</summary>
    public void List(string option, Action<string> add)
    {
        foreach (var value in (Find(option) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            add(value);
        }

        for (var i = 0; Find($"{option}__{i}") is { } value; i++)
        {
            add(value);
        }
    }

    /// <summary>Values by key: <c>Directories__fs-0a1b2c3d</c>.</summary>
    public void Map(string option, Action<string, string> add)
    {
        var prefix = $"{section}__{option}__";
        foreach (var name in variables.Names.Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            _known.Add(name);
            add(name[prefix.Length..], variables.Text(name)!);
        }
    }

    /// <summary>What the option is, however it is written.</summary>
    /// <returns>The value, or null when the variable is not set.</returns>
    public string? Find(string option)
    {
        _known.Add($"{section}__{option}");
        return variables.Text($"{section}__{option}");
    }

    public void Refuse(string option, string expected) => variables.Problems.Add($"{section}__{option} is '{Find(option)}'; it must be {expected}, or be left out");

    /// <summary>Names each variable of the section that is no option: a slip of the pen must not be taken for a default.</summary>
    public void RefuseOthers()
    {
        foreach (var name in variables.Names.Where(name => name.StartsWith($"{section}__", StringComparison.OrdinalIgnoreCase) && !_known.Contains(name)).Order(StringComparer.Ordinal))
        {
            variables.Problems.Add($"{name} is not an option; the options are {string.Join(", ", _known.Where(static known => !char.IsAsciiDigit(known[^1])).Order(StringComparer.Ordinal))}");
        }
    }

    private delegate bool TryParse<T>(string value, out T parsed);

    private void Read<T>(string option, string expected, TryParse<T> tryParse, Action<T> set)
    {
        if (Find(option) is not { } value)
        {
            return;
        }

        if (tryParse(value, out var parsed))
        {
            set(parsed);
        }
        else
        {
            Refuse(option, expected);
        }
    }

    private static bool TryParseMode(string value, out UnixFileMode mode)
    {
        const int largest = 0xFFF;
        var valid = value.Length <= 5 && value.All(static digit => digit is >= '0' and <= '7');
        var bits = valid ? Convert.ToInt32(value, 8) : 0;
        mode = (UnixFileMode)(bits & largest);
        return valid && bits <= largest;
    }
}
