using System.Collections;

namespace Samples;

/// <summary>Environment variables, or whatever else configuration comes from, and what is wrong with them: all of it is said at once.</summary>
/// <param name="all">Names and values; <c>:</c> in a name means <c>__</c>, as configuration of .NET has it.</param>
internal sealed class Variables(IEnumerable<KeyValuePair<string, string?>> all)
{
    private readonly Dictionary<string, string> _values = Set(all);

    public static Variables OfProcess() => new(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static one => KeyValuePair.Create((string)one.Key, (string?)one.Value)));

    /// <summary>One sentence for each variable that is wrong.</summary>
    public ICollection<string> Problems { get; } = [];

    public IEnumerable<string> Names => _values.Keys;

    /// <returns>The value, or null when there is none or an empty one.</returns>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void ThrowIfWrong()
    {
        if (Problems.Count > 0)
        {
            throw new SettingsException(string.Join("; ", Problems.Distinct(StringComparer.Ordinal)) + ".");
        }
    }

    private static Dictionary<string, string> Set(IEnumerable<KeyValuePair<string, string?>> all)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in all)
        {
            if (value?.Trim() is { Length: > 0 } text)
            {
                values[name.Replace(":", "__", StringComparison.Ordinal)] = text;
            }
        }

        return values;
    }
}
