using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;

namespace EfsSharding.DependencyInjection.Configuration;

/// <summary>
/// Reads the values of one configuration section by name, without reflection. What cannot be read, and what is no option, is a problem that names the key
/// and what would be right; nothing is taken for a default that is not one.
/// </summary>
internal sealed class SectionReader(IConfiguration section, List<string> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    private delegate bool TryParse<T>(string value, out T parsed);

    public void Text(string option, Action<string> set)
    {
        if (Find(option) is { } value)
        {
            set(value);
        }
    }

    public void Switch(string option, Action<bool> set) => Read(option, "true or false", bool.TryParse, set);

    public void Number<T>(string option, Action<T> set)
        where T : struct, INumber<T>, IMinMaxValue<T> => Read(
            option,
            $"a whole number of {T.MinValue} to {T.MaxValue}",
            static (string value, out T number) => T.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            set);

    /// <summary>Hours, minutes and seconds. A bare number is days to .NET, and seconds to who wrote it: it is refused.</summary>
    public void Duration(string option, Action<TimeSpan> set) => Read(
        option,
        "hours:minutes:seconds, for example 00:00:30",
        static (string value, out TimeSpan duration) =>
            TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out duration) && value.Contains(':', StringComparison.Ordinal),
        set);

    public void Choice<T>(string option, Action<T> set)
        where T : struct, Enum => Read(
            option,
            string.Join(" or ", Enum.GetNames<T>()),
            static (string value, out T choice) =>
                Enum.TryParse(value, ignoreCase: true, out choice) && Enum.IsDefined(choice) && !char.IsAsciiDigit(value[0]) && value[0] != '-',
            set);

    /// <summary>Permissions as chmod takes them, in octal digits.</summary>
    public void Mode(string option, Action<UnixFileMode> set) => Read(option, "permissions in octal digits such as 0644", TryParseMode, set);

    /// <summary>The sections below an option, by key: of a list <c>0</c>, <c>1</c> and so on.</summary>
    public IEnumerable<IConfigurationSection> Children(string option)
    {
        _known.Add(option);
        var child = section.GetSection(option);
        if (!string.IsNullOrEmpty(child.Value))
        {
            problems.Add($"{child.Path} is '{child.Value}'; it must have keys below it");
        }

        return child.GetChildren();
    }

    /// <summary>Says of each key of the section that is no option which ones there are.</summary>
    public void RefuseOthers()
    {
        foreach (var other in section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            problems.Add($"{other.Path} is no option; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    public void Refuse(string option, string expected)
    {
        var found = section.GetSection(option);
        problems.Add($"{found.Path} is '{found.Value}'; it must be {expected}, or be left out");
    }

    /// <returns>The value; null when it is not set. Empty is not set: variables cannot always be removed.</returns>
    public string? Find(string option)
    {
        _known.Add(option);
        var found = section.GetSection(option);
        if (found.Value is null && found.GetChildren().Any())
        {
            problems.Add($"{found.Path} has keys below it; it must be one value");
        }

        return string.IsNullOrEmpty(found.Value) ? null : found.Value;
    }

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
        const int Largest = 0xFFF;
        var valid = value.Length <= 5 && value.All(static digit => digit is >= '0' and <= '7');
        var bits = valid ? Convert.ToInt32(value, 8) : 0;
        mode = (UnixFileMode)(bits & Largest);
        return valid && bits <= Largest;
    }
}
