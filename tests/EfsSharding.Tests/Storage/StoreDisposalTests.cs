using EfsSharding.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Tests.Storage;

internal sealed class StoreDisposalTests
{
    [Test]
    public async Task One_volume_that_cannot_be_closed_leaves_no_other_open()
    {
        var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 3));
        await test.PublishAsync(StoreUnderTest.Map(1, 2) with { Revision = 2 });
        test.Mounter.AfterDisposal = id =>
        {
            if (id == "fsmt-0-0")
            {
                throw new InvalidOperationException("It cannot be closed.");
            }
        };

        var disposal = test.Services.GetRequiredKeyedService<ShardedFileStore>("").Targets.DisposeAsync();

        Assert.That(async () => await disposal, Throws.InvalidOperationException.With.Message.EqualTo("It cannot be closed."));
        Assert.That(test.Mounter.Disposed, Is.EquivalentTo(["fsmt-0-0", "fsmt-0-1", "fsmt-0-2"]), "the one that had left the map too");
    }
}
