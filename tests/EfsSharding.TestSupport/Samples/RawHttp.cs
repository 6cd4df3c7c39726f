using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EfsSharding.TestSupport.Samples;

/// <summary>HTTP/1.1 written byte for byte, as an HttpClient would tidy up what is to be tested. One connection for each request unless it is told otherwise.</summary>
internal sealed class RawHttp(Uri address)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public async Task<RawReply> SendAsync(string method, string target, string? body = null, params string[] headers)
    {
        using var connection = await ConnectAsync();
        await WriteAsync(connection, Head(method, target, [.. headers, .. body is null ? Array.Empty<string>() : [$"Content-Length: {Encoding.UTF8.GetByteCount(body)}"]]) + body);
        return await ReadAsync(connection, method);
    }

    public async Task<TcpClient> ConnectAsync()
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>What goes before a body, on a connection that ends with the reply.</summary>
    public string Head(string method, string target, params IEnumerable<string> headers) =>
        string.Join("\r\n", [$"{method} {target} HTTP/1.1", $"Host: {address.Authority}", "Connection: close", .. headers, "", ""]);

    public static async Task WriteAsync(TcpClient connection, string text) => await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads until the server closes.</summary>
    public static async Task<RawReply> ReadAsync(TcpClient connection, string method = "GET")
    {
        using var patience = new CancellationTokenSource(Patience);
        using var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            // From the socket: a stream of one that has finished sending cannot be had.
            while (await connection.Client.ReceiveAsync(buffer, patience.Token) is > 0 and var length)
            {
                received.Write(buffer, 0, length);
            }
        }
        catch (SocketException)
        {
            // A reset: what came before it is the reply.
        }

        return Parse(received.ToArray(), method);
    }

    private static RawReply Parse(byte[] received, string method)
    {
        var end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return new RawReply(0, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), received, IsWhole: false);
        }

        var lines = Encoding.Latin1.GetString(received, 0, end).Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var rest = received[(end + 4)..];
        if (status == 100)
        {
            return Parse(rest, method) with { ContinuedFirst = true };
        }

        if (headers.TryGetValue("Transfer-Encoding", out var coding) && coding == "chunked")
        {
            var (body, isWhole) = Unchunk(rest);
            return new RawReply(status, headers, body, isWhole);
        }

        var length = headers.TryGetValue("Content-Length", out var text) && method != "HEAD" ? long.Parse(text, CultureInfo.InvariantCulture) : rest.Length;
        return new RawReply(status, headers, rest, rest.Length == length);
    }

    private static (byte[] Body, bool IsWhole) Unchunk(ReadOnlySpan<byte> chunks)
    {
        var body = new List<byte>();
        while (chunks.IndexOf("\r\n"u8) is > 0 and var line)
        {
            var length = int.Parse(Encoding.Latin1.GetString(chunks[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return ([.. body], true);
            }

            chunks = chunks[(line + 2)..];
            body.AddRange(chunks[..Math.Min(length, chunks.Length)]);
            chunks = chunks[Math.Min(length + 2, chunks.Length)..];
        }

        return ([.. body], false);
    }
}
