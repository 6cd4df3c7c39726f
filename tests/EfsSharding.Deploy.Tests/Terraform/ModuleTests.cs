using System.Text.Json;

namespace EfsSharding.Deploy.Tests.Terraform;

[TestFixture]
internal sealed class ModuleTests
{
    private TerraformModule _module = null!;

    [OneTimeSetUp]
    public async Task ReadAsync() => _module = await TerraformModule.GetAsync();

    [Test]
    public void EveryFile_ParsesAndDeclaresSomething()
    {
        var files = Directory.GetFiles(TerraformModule.Directory, "*.tf").Select(Path.GetFileName);
        Assert.That(_module.Blocks.Select(block => block.File).Distinct(), Is.EquivalentTo(files));
    }

    [Test]
    public void EveryReference_NamesWhatIsDeclared()
    {
        var declared = _module.Blocks.Select(block => block.Address).ToHashSet(StringComparer.Ordinal);
        var broken = _module.References.Where(reference => !Resolves(reference, declared)).ToList();
        Assert.That(_module.References.Count(), Is.GreaterThan(100));
        Assert.That(broken, Is.Empty, string.Join('\n', broken));
    }

    [Test]
    public void Nothing_IsDeclaredTwice()
    {
        var twice = _module.Blocks.Where(block => block.Address is not "provider.aws").CountBy(block => block.Address).Where(count => count.Value > 1).Select(count => count.Key);
        Assert.That(twice, Is.Empty);
    }

    [Test]
    public void EveryLocalAndDataSource_IsUsed()
    {
        var named = _module.References.Select(reference => reference.Value).ToList();
        var idle = _module.Blocks
            .Where(block => block.Kind is "local" or "data")
            .Select(block => block.Address)
            .Where(address => !named.Exists(name => name == address || name.StartsWith(address + ".", StringComparison.Ordinal)));
        Assert.That(idle, Is.Empty);
    }

    [Test]
    public void EveryVariable_IsDescribedTypedValidatedAndUsed()
    {
        var variables = _module.Blocks.Where(block => block.Kind == "var").ToList();
        Assert.That(variables, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var variable in variables)
            {
                Assert.That(Text(variable.Body, "description"), Does.EndWith("."), $"{variable.Address} in {variable.File} is not described by a sentence.");
                Assert.That(Text(variable.Body, "type"), Is.Not.Empty, $"{variable.Address} in {variable.File} has no type.");
                Assert.That(Validations(variable), Is.Not.Empty, $"{variable.Address} in {variable.File} has no validation that looks at it.");
                Assert.That(
                    _module.References.Any(reference => reference.Value == variable.Address && !(reference.Path[0] == "variable" && reference.Path[1] == variable.Name)),
                    $"{variable.Address} in {variable.File} is not used.");
            }
        });
    }

    [Test]
    public void EveryOutput_IsDescribed() => Assert.Multiple(() =>
    {
        foreach (var output in _module.Blocks.Where(block => block.Kind == "output"))
        {
            Assert.That(Text(output.Body, "description"), Does.EndWith("."), $"{output.Address} is not described by a sentence.");
        }
    });

    [Test]
    public void TheProvider_IsPinned()
    {
        var provider = _module.Block("terraform").GetProperty("required_providers")[0].GetProperty("aws");
        Assert.That(provider.GetProperty("source").GetString(), Is.EqualTo("hashicorp/aws"));
        Assert.That(provider.GetProperty("version").GetString(), Does.Match(@"^\d+\.\d+\.\d+$"));
    }

    private bool Resolves(TerraformReference reference, HashSet<string> declared) => reference.Segments switch
    {
        ["each", "key" or "value", ..] => HasArgument(reference, "for_each"),
        ["count", "index"] => HasArgument(reference, "count"),
        ["self", ..] => reference.Path.Any(step => step is "postcondition" or "provisioner"),
        ["var" or "local", var name, ..] => declared.Contains($"{reference.Segments[0]}.{name}"),
        ["data", var type, var name, ..] => declared.Contains($"data.{type}.{name}"),

        // Inside of a dynamic block its label is the element.
        [var label, "key" or "value", ..] when IsInside(reference, "dynamic", label) => true,
        ["string" or "number" or "bool"] => reference.Path is ["variable", _, _, "type"],
        [var argument] => IsInside(reference, "ignore_changes") && BlockOf(reference).TryGetProperty(argument, out _),
        [var type, var name, ..] => declared.Contains($"{type}.{name}"),
        _ => false,
    };

    private bool HasArgument(TerraformReference reference, string name) =>
        reference.Path[0] is "resource" or "data" && BlockOf(reference).TryGetProperty(name, out _);

    private JsonElement BlockOf(TerraformReference reference)
    {
        var address = $"{reference.Path[1]}.{reference.Path[2]}";
        return _module.Block(reference.Path[0] == "data" ? $"data.{address}" : address);
    }

    private static bool IsInside(TerraformReference reference, params string[] steps) =>
        steps.All(step => reference.Path.Contains(step));

    private static IEnumerable<JsonElement> Validations(TerraformBlock variable) =>
        variable.Body.TryGetProperty("validation", out var validations)
            ? validations.EnumerateArray().Where(validation =>
                Text(validation, "condition").Contains(variable.Address, StringComparison.Ordinal)
                && Text(validation, "error_message").Contains(variable.Name, StringComparison.Ordinal))
            : [];

    private static string Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.ToString() : "";
}
