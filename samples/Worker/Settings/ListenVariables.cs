using System.Globalization;
using System.Net;
using Samples;

namespace Worker.Settings;

/// <summary>Where the service listens. Kestrel takes a port that is none for a part of a host's name, and listens on port 80 of every address.</summary>
internal static class ListenVariables
{
    private const string Addresses = "ASPNETCORE_URLS";
    private const string Ports = "ASPNETCORE_HTTP_PORTS";
    private const string UnixSocket = "unix:";

    /// <param name="addresses">What <c>ASPNETCORE_URLS</c> says.</param>
    /// <param name="ports">What <c>ASPNETCORE_HTTP_PORTS</c> says.</param>
    /// <param name="problems">Gets a sentence for each one that is wrong.</param>
    public static void Check(string? addresses, string? ports, ICollection<string> problems)
    {
        if (!Split(addresses).All(IsAddress))
        {
            problems.Add($"{Addresses} is '{addresses}'; it must be what to listen on, such as http://0.0.0.0:8080, and http:// as TLS is left to what stands in front");
        }

        if (!Split(ports).All(IsPort))
        {
            problems.Add($"{Ports} is '{ports}'; it must be TCP ports, 0 to {IPEndPoint.MaxPort}, separated by semicolons");
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool IsAddress(string address)
    {
        const string scheme = "http://";
        if (!address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var place = address[scheme.Length..].TrimEnd('/');
        var mark = place.LastIndexOf(':');
        return place.StartsWith(UnixSocket, StringComparison.OrdinalIgnoreCase)
            || (place.Length > 0 && (mark < 0 || place.EndsWith(']') || (mark > 0 && IsPort(place[(mark + 1)..]))));
    }

    private static bool IsPort(string port) => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
