using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Deploy.Tests.Package;

/// <summary>The function as it is deployed: native code out of the package, started as Lambda starts it.</summary>
[TestFixture]
internal sealed class LambdaPackageRuntimeTests : ScalerLambdaContract
{
    private LambdaPackage _package = null!;

    [OneTimeSetUp]
    public async Task BuildAsync() => _package = await LambdaPackage.GetAsync();

    private protected override SampleProcess StartBootstrap(Dictionary<string, string> variables) => SampleProcess.StartExecutable(_package.Bootstrap, variables);
}
