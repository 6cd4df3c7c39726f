namespace EfsSharding.Deploy.Tests.Terraform;

/// <param name="File">Where it stands.</param>
/// <param name="Path">The blocks and arguments that it stands in, from the outside.</param>
/// <param name="Value">What is named, without indexes: <c>var.name</c>, <c>aws_vpc.own.id</c>.</param>
internal sealed record TerraformReference(string File, IReadOnlyList<string> Path, string Value)
{
    public string[] Segments { get; } = Value.Split('.');

    public override string ToString() => $"{File}: {string.Join('.', Path)} names {Value}";
}
