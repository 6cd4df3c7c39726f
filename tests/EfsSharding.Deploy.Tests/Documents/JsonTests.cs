using System.Text.Json;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>JSON in the documents is JSON, and shard maps among it are taken by the reader.</summary>
internal sealed class JsonTests
{
    private static IEnumerable<TestCaseData> Blocks => MarkdownDocument.All.SelectMany(document => document.Blocks)
        .Where(block => block.Language == "json")
        .Select(block => new TestCaseData(block).SetArgDisplayNames($"{block.Path}:{block.Line}"));

    [TestCaseSource(nameof(Blocks))]
    public void A_block_of_JSON_is_read(object told)
    {
        var text = string.Join('\n', ((CodeBlock)told).Lines);
        using var json = JsonDocument.Parse(text);
        if (json.RootElement.TryGetProperty("mount_targets", out var targets))
        {
            Assert.That(ShardMapCodec.Parse(text, "a document").MountTargets, Has.Count.EqualTo(targets.GetArrayLength()));
        }
    }
}
