using System.Globalization;
using Samples;

namespace ScalerLambda;

/// <summary>The values of the variables that are no options by their names.</summary>
internal sealed class ShortVariables(Variables variables)
{
    public bool? Switch(string name)
    {
        if (variables.Text(name) is not { } value)
        {
            return null;
        }

        if (bool.TryParse(value, out var on))
        {
            return on;
        }

        variables.Problems.Add($"{name} is '{value}'; it must be true or false, or be left out");
        return null;
    }

    public long? Count(string name)
    {
        if (variables.Text(name) is not { } value)
        {
            return null;
        }

        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        variables.Problems.Add($"{name} is '{value}'; it must be a number of files, 0 or more");
        return null;
    }
}
