namespace EfsSharding.Scaling.Tests.AwsModels;

[TestFixture]
internal sealed class AwsModelsEndpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Botocore_reads_what_the_endpoint_writes()
    {
        using var process = AwsModelsPython.Start("test_endpoint.py");
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.That(process.ExitCode, Is.Zero, await errors);
        Assert.That(await errors, Does.Match(@"Ran [1-9]\d* tests").And.Not.Contain("skipped"));
    }
}
