using EfsSharding.Scaling.Counting;

namespace EfsSharding.Scaling.Tests.Counting;

[TestFixture]
internal sealed class ManagedFileCounterTests : MountedFileCounterContract
{
    private protected override IFileCounter Counter(TimeProvider? timeProvider = null) => new ManagedFileCounter(timeProvider ?? TimeProvider.System);
}
