using Microsoft.AspNetCore.Http;

namespace Worker;

/// <summary>Asks the service in the same container whether it lives, in place of a curl that the image does not have.</summary>
internal static class HealthProbe
{
    public const string Argument = "--healthcheck";

    private const string DefaultPort = "8080";
    private const string Loopback = "127.0.0.1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>The exit status: 0 when it lives.</returns>
    public static async Task<int> RunAsync()
    {
        if (Address(Environment.GetEnvironmentVariable) is not { } address)
        {
            await Console.Error.WriteLineAsync("Neither ASPNETCORE_URLS nor ASPNETCORE_HTTP_PORTS names a place to ask by HTTP, such as http://0.0.0.0:8080 or 8080.");
            return 1;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var reply = await http.GetAsync(address);
            reply.EnsureSuccessStatusCode();
            return 0;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer as it should: {e.Message}");
            return 1;
        }
    }

    /// <summary>Where the service listens with the same variables: addresses go before ports, and any address means this machine too.</summary>
    /// <returns>Null when there is none that can be asked.</returns>
    public static Uri? Address(Func<string, string?> variable)
    {
        var ports = variable("ASPNETCORE_HTTP_PORTS") is { Length: > 0 } value ? value : DefaultPort;
        var places = variable("ASPNETCORE_URLS") is { Length: > 0 } urls ? Split(urls) : Split(ports).Select(static port => $"http://*:{port}");
        return places.Select(At).FirstOrDefault(static address => address is not null);
    }

    private static string[] Split(string list) => list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Uri? At(string place)
    {
        try
        {
            var bound = BindingAddress.Parse(place);
            var host = bound.Host is "*" or "+" or "0.0.0.0" or "[::]" ? Loopback : bound.Host;
            return bound.Scheme == Uri.UriSchemeHttp && !bound.IsUnixPipe && Uri.TryCreate($"http://{host}:{bound.Port}/healthz/live", UriKind.Absolute, out var address) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
