namespace Worker;

/// <summary>Asks the service in the same container whether it lives, in place of a curl that the image does not have.</summary>
internal static class HealthProbe
{
    public const string Argument = "--healthcheck";

    private const string DefaultPort = "8080";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>The exit status: 0 when it lives.</returns>
    public static async Task<int> RunAsync()
    {
        var ports = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS") is { Length: > 0 } value ? value : DefaultPort;
        var address = new Uri($"http://127.0.0.1:{ports.Split(';')[0]}/healthz/live");
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
}
