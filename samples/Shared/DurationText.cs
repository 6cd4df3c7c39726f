using System.Globalization;

namespace Samples;

/// <summary>Durations as people write them. A bare number is refused: .NET takes 60 for 60 days.</summary>
internal static class DurationText
{
    public const string Expected = "a duration such as 00:00:30, 30s, 500ms, 10min or 1h (a number alone would not say of what)";

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("min", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
    ];

    public static bool TryParse(string value, out TimeSpan duration)
    {
        if (value.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out duration);
        }

        duration = default;
        foreach (var (unit, length) in Units)
        {
            if (value.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(value.AsSpan(0, value.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * length.TotalDays < TimeSpan.MaxValue.TotalDays / 2)
            {
                duration = number * length;
                return true;
            }
        }

        return false;
    }
}
