using System.Text.Json;
using EfsSharding.TestSupport;

namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>samples/terraform, as hcl2json reads it.</summary>
internal sealed class TerraformModule
{
    private static readonly Lazy<Task<TerraformModule>> Module = new(ReadAsync);

    private readonly JsonElement _root;

    private TerraformModule(JsonElement root) => _root = root;

    public static string Directory { get; } = Repository.At("samples", "terraform");

    public IReadOnlyList<TerraformBlock> Blocks { get; private init; } = [];

    /// <summary>Everything that an expression names, with the place where it stands.</summary>
    public IEnumerable<TerraformReference> References => _root.GetProperty("references").EnumerateArray().Select(reference => new TerraformReference(
        reference.GetProperty("file").GetString()!,
        [.. reference.GetProperty("path").EnumerateArray().Select(step => step.ToString())],
        reference.GetProperty("value").GetString()!));

    /// <summary>Reads it once. Skips the test, or fails it in CI, where that cannot be done.</summary>
    public static async Task<TerraformModule> GetAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            Needs.Absent("npm as Linux and macOS have it", "run the tests there");
        }

        Needs.Program("npm", "npm");
        return await Module.Value;
    }

    /// <summary>The only block of that kind and name.</summary>
    /// <param name="address">For example <c>variable.name</c>, <c>aws_vpc.own</c> or <c>data.aws_region.current</c>.</param>
    public JsonElement Block(string address) => Blocks.Single(block => block.Address == address).Body;

    /// <summary>What a local is worth when the rest of the world is as given.</summary>
    /// <param name="name">The local.</param>
    /// <param name="scope">Values by name, for example <c>var.layout</c> or <c>aws_vpc.own</c>.</param>
    public static async Task<JsonElement> EvaluateAsync(string name, IReadOnlyDictionary<string, object> scope)
    {
        var question = JsonSerializer.Serialize(new Dictionary<string, object> { ["directory"] = Directory, ["local"] = name, ["scope"] = scope });
        var answer = await ToolRun.RunAsync("node", [HclReader.At("evaluate.mjs")], input: question);
        return JsonDocument.Parse(answer.Succeeded().Output).RootElement;
    }

    private static async Task<TerraformModule> ReadAsync()
    {
        await HclReader.InstallAsync();
        var read = await ToolRun.RunAsync("node", [HclReader.At("read-module.mjs"), Directory]);
        var root = JsonDocument.Parse(read.Succeeded().Output).RootElement;
        return new TerraformModule(root)
        {
            Blocks = [.. root.GetProperty("files").EnumerateObject().SelectMany(file => TerraformBlock.Of(file.Name, file.Value))],
        };
    }
}
