using System.Collections;
using System.Reflection;
using EfsSharding.Scaling;
using Samples;
using ScalerLambda;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Every option of scaling can be set in the environment of the ScalerLambda.</summary>
internal sealed class ScalerVariablesTests
{
    private static readonly Dictionary<Type, (string Value, object Parsed)> Examples = new()
    {
        [typeof(string)] = ("text", "text"),
        [typeof(bool)] = ("True", true),
        [typeof(int)] = ("7", 7),
        [typeof(long)] = ("7", 7L),
        [typeof(TimeSpan)] = ("7s", TimeSpan.FromSeconds(7)),
        [typeof(ThresholdPolicy)] = ("fixed", ThresholdPolicy.Fixed),
        [typeof(IList<string>)] = ("one, two", new[] { "one", "two" }),
    };

    private static IEnumerable<TestCaseData> Options() =>
        typeof(EfsScalingOptions).GetProperties().Select(property => new TestCaseData(property).SetArgDisplayNames(property.Name));

    [TestCaseSource(nameof(Options))]
    public void Option_IsSetByItsVariable_BeforeTheShortOne(PropertyInfo property)
    {
        var (value, parsed) = Examples[Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType];
        var options = new EfsScalingOptions();
        new ScalerSettings(new Variables(new Dictionary<string, string?>
        {
            ["EfsScaling__" + property.Name] = value,
            ["EFS_FILE_SYSTEM_ID"] = "short",
            ["TARGET_DIRECTORY"] = "short",
            ["SSM_PARAMETER_NAME"] = "short",
            ["SECURITY_GROUP_ID"] = "short",
            ["VPC_ID"] = "short",
        })).Apply(options);

        Assert.That(property.GetValue(options), parsed is IEnumerable and not string ? Is.EqualTo((IEnumerable)parsed) : Is.EqualTo(parsed));
    }
}
