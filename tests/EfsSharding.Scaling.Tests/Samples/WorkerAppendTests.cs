using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>Twelve callers append to one file through one Worker, over a local directory; the kinds that need a server are in the integration tests.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class WorkerAppendTests : WorkerProcessFixture
{
    [Test]
    public async Task Appends_OfManyCallers_LoseAndTearNothing() => await ConcurrentAppends.AssertNothingIsLostAsync(Http, "/files/log");
}
