using System.Text;
using System.Text.Json;

namespace EfsSharding.TestSupport.Samples;

/// <summary>One name in, the same name out, in URLs, <c>Location</c>, listings and routes, whatever its bytes are.</summary>
public abstract class WorkerPathContract : WorkerProcessFixture
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [TestCase("up%2541", "up%41")]
    [TestCase("100%25", "100%")]
    [TestCase("%25%32%35", "%25")]
    [TestCase("a+b", "a+b")]
    [TestCase("a%2Bb", "a+b")]
    [TestCase("a;b=1,c", "a;b=1,c")]
    [TestCase("what%3F", "what?")]
    [TestCase("no%231", "no#1")]
    [TestCase("b%5Cc", "b\\c")]
    [TestCase("b\\d", "b\\d")]
    [TestCase("%61%2fb", "a/b")]
    [TestCase("...", "...")]
    [TestCase("%2e%2E%2e/x", ".../x")]
    [TestCase("%F0%9F%98%80", "😀")]
    [TestCase("e%CC%81", "e\u0301")]
    [TestCase("%C3%A9", "\u00e9")]
    [TestCase("%EF%BB%BFbom", "\ufeffbom")]
    [TestCase("line%0Abreak%0D%09", "line\nbreak\r\t")]
    [TestCase("%7F%1B%5B31m", "\u007f\u001b[31m")]
    [TestCase("a%20b%22%3C%3E%7C", "a b\"<>|")]
    [TestCase("a&b=c", "a&b=c")]
    [TestCase("http://host/x", null)]
    [TestCase("http:%2Fx", "http:/x")]
    public async Task Name_IsTheSameEverywhere(string encoded, string? name) => await RoundTripAsync($"/files/{encoded}", encoded, name);

    [TestCase("%")]
    [TestCase("%4")]
    [TestCase("%zz")]
    [TestCase("100%")]
    [TestCase("%C3")]
    [TestCase("%C0%AF")]
    [TestCase("%ED%A0%80")]
    [TestCase("%FF")]
    [TestCase("a%00b")]
    [TestCase("a/../b")]
    [TestCase("a/%2e%2E/b")]
    [TestCase("%2e")]
    [TestCase("./a")]
    [TestCase("a//b")]
    [TestCase("a%2F%2Fb")]
    [TestCase("%2Fa")]
    [TestCase("a/")]
    [TestCase("a%2F")]
    [TestCase("")]
    [TestCase("a#b")]
    public async Task Name_ThatIsNone_IsABadRequest(string encoded)
    {
        foreach (var (method, target, body) in Requests(encoded))
        {
            // An empty path is the listing of everything.
            if (encoded.Length > 0 || method != "GET")
            {
                Assert.That((await Raw.SendAsync(method, target, body)).Status, Is.EqualTo(400), $"{method} {target}");
            }
        }

        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Target_MayBeAbsolute()
    {
        var origin = Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        await RoundTripAsync($"{origin}/files/abs/%2541?x=/files/y", "abs/%2541", "abs/%41");
        Assert.That((await Raw.SendAsync("PUT", $"{origin}/files/../files/b", "x")).Status, Is.Not.InRange(200, 299), "dots are not resolved");
        Assert.That((await Raw.SendAsync("GET", origin)).Status, Is.EqualTo(404));
        Assert.That((await Raw.SendAsync("OPTIONS", "*")).Status, Is.AnyOf(404, 405));
    }

    [TestCase("d%2541", "d%41")]
    [TestCase("d%2B1", "d+1")]
    [TestCase("d+1", "d 1")]
    [TestCase("d%26x%3D1", "d&x=1")]
    [TestCase("d%2Fe", "d/e")]
    public async Task Listing_IsOfTheDirectoryThatIsNamed(string encoded, string directory)
    {
        var file = $"/files/{string.Join('/', directory.Split('/').Select(Uri.EscapeDataString))}/f";
        Assert.That((await Raw.SendAsync("PUT", file, "x")).Status, Is.EqualTo(201));
        Assert.That(await ListAsync($"?directory={encoded}"), Is.EqualTo(new[] { $"{directory}/f" }));
        Assert.That((await Raw.SendAsync("DELETE", file)).Status, Is.EqualTo(204));
    }

    [TestCase("directory=%FF")]
    [TestCase("directory=a%")]
    [TestCase("directory=a&directory=b")]
    [TestCase("directory=../x")]
    [TestCase("directory=%00")]
    public async Task Listing_OfNoDirectory_IsABadRequest(string query) => Assert.That((await Raw.SendAsync("GET", $"/files?{query}")).Status, Is.EqualTo(400));

    /// <summary>Any bytes, and those that mean something more often than by chance; each written as it is, in part encoded or whole.</summary>
    private protected async Task AssertIsTheSameEverywhereOrABadRequestAsync(byte[] bytes, byte[] choices, int seed)
    {
        byte[] likely = [.. "/.%?#+;\\ 2f5A~"u8, 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0];
        var random = new Random(seed);
        byte[] name = [.. bytes, .. choices.Select(choice => likely[choice % likely.Length])];
        random.Shuffle(name);
        var encoded = string.Concat(name.Select(one => IsUnreserved(one) && random.Next(2) == 0 ? ((char)one).ToString() : $"%{one:x2}"));
        await RoundTripAsync($"/files/{encoded}", encoded, Expected(name));
    }

    private async Task RoundTripAsync(string target, string encoded, string? name)
    {
        if (name is null)
        {
            foreach (var (method, bad, body) in Requests(encoded).Where(request => encoded.Length > 0 || request.Method != "GET"))
            {
                Assert.That((await Raw.SendAsync(method, bad, body)).Status, Is.EqualTo(400), $"{method} {bad}");
            }

            return;
        }

        var put = await Raw.SendAsync("PUT", target, "content");
        Assert.That(put.Status, Is.EqualTo(201), put.Text);
        Assert.That(File.Exists(Path.Combine(Files, name)), name);
        var location = put.Headers["Location"];
        Assert.That(location, Is.EqualTo($"/files/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}"));
        Assert.That((await Raw.SendAsync("GET", location)).Text, Is.EqualTo("content"));
        Assert.That((await Raw.SendAsync("GET", target)).Text, Is.EqualTo("content"));
        Assert.That((await Raw.SendAsync("HEAD", target)).Headers["Content-Length"], Is.EqualTo("7"));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { name }));
        var route = JsonDocument.Parse((await Raw.SendAsync("GET", $"/routes/{encoded}")).Text).RootElement;
        Assert.That(route.GetProperty("path").GetString(), Is.EqualTo(name));
        Assert.That((await Raw.SendAsync("POST", $"{location}?append", "!")).Status, Is.EqualTo(204));
        Assert.That((await Raw.SendAsync("DELETE", target)).Status, Is.EqualTo(204));
        Assert.That(await ListAsync(), Is.Empty);
    }

    private static IEnumerable<(string Method, string Target, string? Body)> Requests(string encoded) =>
    [
        ("PUT", $"/files/{encoded}", "x"), ("POST", $"/files/{encoded}?append", "x"), ("GET", $"/files/{encoded}", null),
        ("HEAD", $"/files/{encoded}", null), ("DELETE", $"/files/{encoded}", null), ("GET", $"/routes/{encoded}", null),
    ];

    private static bool IsUnreserved(byte one) => char.IsAsciiLetterOrDigit((char)one) || "-._~!$&'()*+,;=:@/\\|\"<>[]^`{}".Contains((char)one, StringComparison.Ordinal);

    private static string? Expected(byte[] name)
    {
        try
        {
            var path = Strict.GetString(name);
            return path.Split('/').All(segment => segment is not ("" or "." or "..") && !segment.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(segment) <= 255) ? path : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
