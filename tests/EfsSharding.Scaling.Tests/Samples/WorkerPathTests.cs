using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>Names over a local directory; those over direct NFS are in the integration tests.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class WorkerPathTests : WorkerPathContract
{
    [FsCheck.NUnit.Property(MaxTest = 150)]
    public void Any_name_is_the_same_file_everywhere_or_a_bad_request(byte[] bytes, byte[] choices, int seed) =>
        AssertIsTheSameEverywhereOrABadRequestAsync(bytes, choices, seed).GetAwaiter().GetResult();
}
