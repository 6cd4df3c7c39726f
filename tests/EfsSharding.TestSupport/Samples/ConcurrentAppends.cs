using System.Globalization;
using System.Text;

namespace EfsSharding.TestSupport.Samples;

/// <summary>Callers that append lines to one file at once.</summary>
internal static class ConcurrentAppends
{
    private const int Callers = 12;
    private const int Appends = 40;

    /// <summary>Each append is a line of its own length. Every acknowledged one must be there once, whole, in the order of its caller.</summary>
    public static async Task AssertNothingIsLostAsync(HttpClient http, string target)
    {
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var number = 0; number < Appends; number++)
            {
                using var line = new ByteArrayContent(Encoding.ASCII.GetBytes(Line(caller, number)));
                using var reply = await http.PostAsync($"{target}?append", line);
                if (!reply.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref refused);
                    TestContext.Out.WriteLine($"{(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
                }
            }
        }));
        var lines = (await http.GetStringAsync(target)).Split('\n');
        Assert.That(refused, Is.Zero);
        Assert.That(lines[^1], Is.Empty, "the last line is whole");
        Assert.That(lines[..^1], Is.EquivalentTo(from caller in Enumerable.Range(0, Callers) from number in Enumerable.Range(0, Appends) select Line(caller, number).TrimEnd()));
        Assert.That(lines[..^1].GroupBy(line => line.Split(' ')[0]).Select(group => group.Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))), Has.All.Ordered);
    }

    private static string Line(int caller, int number) => $"{caller} {number} {new string((char)('a' + caller), 10 + (((caller * 37) + (number * 101)) % 3000))}\n";
}
