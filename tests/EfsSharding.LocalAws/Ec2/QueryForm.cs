using Microsoft.Extensions.Primitives;

namespace EfsSharding.LocalAws.Ec2;

/// <summary>The fields of a request of the query protocol, whose lists are numbered: <c>SubnetId.1</c>, <c>SubnetId.2</c>, …</summary>
internal sealed class QueryForm(Dictionary<string, StringValues> fields)
{
    public string? Action => this["Action"];

    public string? this[string name] => fields.TryGetValue(name, out var values) ? values.ToString() : null;

    public List<string> Numbered(string prefix)
    {
        List<string> values = [];
        for (var i = 1; this[$"{prefix}.{i}"] is { } value; i++)
        {
            values.Add(value);
        }

        return values;
    }
}
