using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The function as it is built.</summary>
[TestFixture]
internal sealed class ScalerLambdaRuntimeTests : ScalerLambdaContract
{
    private protected override SampleProcess StartBootstrap(Dictionary<string, string> variables) => SampleProcess.Start("ScalerLambda", "bootstrap", variables);
}
