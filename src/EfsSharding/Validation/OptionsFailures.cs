using System.Globalization;
using Microsoft.Extensions.Options;

namespace EfsSharding.Validation;

/// <summary>What is wrong with the options of one store: each sentence names the store, the option, its value and what would be right.</summary>
/// <param name="storeName">The name of the store, which is that of its options; null or empty for the unnamed one.</param>
/// <param name="type">The type of the options.</param>
internal sealed class OptionsFailures(string? storeName, string type)
{
    private readonly List<string> _failures = [];

    /// <summary>Begins a sentence about the options of a store that has a name.</summary>
    public static string Subject(string? storeName) => string.IsNullOrEmpty(storeName) ? "" : $"Store '{storeName}': ";

    /// <param name="option">The option.</param>
    /// <param name="problem">What it is and what would be right, as the rest of a sentence.</param>
    public void Add(string option, string problem) => _failures.Add($"{Subject(storeName)}{type}.{option} {problem}");

    public void Require(string option, int value, int min, int max, string meaning = "")
    {
        if (value < min || value > max)
        {
            Add(option, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be {min} to {max}{meaning}."));
        }
    }

    /// <summary>A number without a colon is days to .NET: the upper limit catches a "60" that was meant to be seconds.</summary>
    public void Require(string option, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
        {
            Add(option, string.Create(CultureInfo.InvariantCulture, $"is {value:c}{(value.Ticks % TimeSpan.TicksPerDay == 0 && value > max ? $" ({value.TotalDays:0} days)" : "")}; it must be {min:c} to {max:c}, written as hours:minutes:seconds, for example 00:00:30 for 30 seconds."));
        }
    }

    public ValidateOptionsResult ToResult() => _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);
}
