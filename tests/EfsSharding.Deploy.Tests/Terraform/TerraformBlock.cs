using System.Text.Json;

namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>A declaration.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Address">How others name it: <c>var.name</c>, <c>local.name</c>, <c>aws_vpc.own</c>, <c>data.aws_region.current</c>, <c>output.vpc_id</c>.</param>
/// <param name="Body">Its arguments and blocks, a local's value.</param>
internal sealed record TerraformBlock(string File, string Address, JsonElement Body)
{
    public string Kind => Address.Split('.')[0];

    public string Name => Address.Split('.')[^1];

    public static IEnumerable<TerraformBlock> Of(string file, JsonElement content) => content.EnumerateObject().SelectMany(kind => kind.Name switch
    {
        "variable" => Named(file, "var", kind.Value),
        "output" => Named(file, "output", kind.Value),
        "locals" => kind.Value.EnumerateArray().SelectMany(block => block.EnumerateObject()).Select(local => new TerraformBlock(file, $"local.{local.Name}", local.Value)),
        "resource" => kind.Value.EnumerateObject().SelectMany(type => Named(file, type.Name, type.Value)),
        "data" => kind.Value.EnumerateObject().SelectMany(type => Named(file, $"data.{type.Name}", type.Value)),
        _ => kind.Value.ValueKind == JsonValueKind.Array
            ? kind.Value.EnumerateArray().Select(block => new TerraformBlock(file, kind.Name, block))
            : Named(file, kind.Name, kind.Value),
    });

    private static IEnumerable<TerraformBlock> Named(string file, string prefix, JsonElement blocks) =>
        blocks.EnumerateObject().SelectMany(block => block.Value.EnumerateArray().Select(body => new TerraformBlock(file, $"{prefix}.{block.Name}", body)));
}
