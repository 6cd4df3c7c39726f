using System.Globalization;

namespace EfsSharding.Benchmarks;

/// <summary>Options of the command line, <c>--name number</c>.</summary>
internal static class Options
{
    public static int? Int32(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at ? Int32(args, at + 1) : null;

    public static int Int32(string[] args, int at) => int.Parse(args[at], CultureInfo.InvariantCulture);
}
