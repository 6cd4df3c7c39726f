using System.Text;
using System.Text.RegularExpressions;

namespace EfsSharding.LocalAws.Ssm;

/// <summary>The parameters, with the rules of the SSM API (PutParameter, GetParameter).</summary>
internal sealed partial class ParameterStore(TimeProvider timeProvider)
{
    private const int StandardSize = 4096;
    private const int AdvancedSize = 8192;
    private const int MaxNameLength = 1011;
    private const int MaxVersions = 100;

    private const string SecureString = "SecureString";
    private const string DefaultKey = "alias/aws/ssm";

    private readonly Dictionary<string, List<LocalParameter>> _versions = new(StringComparer.Ordinal);
    private readonly List<(string Name, long Version, int Reads)> _hidden = [];

    /// <summary>The newest version of each.</summary>
    public IEnumerable<LocalParameter> All => _versions.Values.Select(versions => versions[^1]);

    public LocalParameter? Find(string name) => _versions.TryGetValue(name, out var versions) ? versions[^1] : null;

    public LocalParameter? Find(string name, long version) =>
        _versions.GetValueOrDefault(name)?.Find(candidate => candidate.Version == version);

    public IReadOnlyList<LocalParameter> Versions(string name) => _versions.TryGetValue(name, out var versions) ? [.. versions] : [];

    public bool Remove(string name) => _versions.Remove(name);

    /// <summary>Lets so many reads not know a version yet, as from a replica that lags behind.</summary>
    public void Hide(string name, long version, int reads) => _hidden.Add((name, version, reads));

    /// <summary>Whether this read does not know that version yet.</summary>
    public bool IsHidden(string name, long version)
    {
        var index = _hidden.FindIndex(hidden => hidden.Name == name && hidden.Version == version && hidden.Reads > 0);
        if (index >= 0)
        {
            _hidden[index] = _hidden[index] with { Reads = _hidden[index].Reads - 1 };
        }

        return index >= 0;
    }

    public LocalParameter Put(
        string name, string value, string? type, string? tier, string? dataType, bool overwrite, string? keyId = null, string? description = null, string? allowedPattern = null)
    {
        CheckName(name);
        var current = Find(name);
        if (current is not null && !overwrite)
        {
            throw new ServiceError(
                "ParameterAlreadyExists",
                400,
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        }

        if (value.Contains("{{", StringComparison.Ordinal) && value.Contains("}}", StringComparison.Ordinal))
        {
            throw Invalid("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
        }

        var kind = type ?? current?.Type ?? throw Invalid("A parameter type is required when you create a parameter.");
        if (current is not null && current.Type != kind)
        {
            throw new ServiceError("HierarchyTypeMismatch", 400, $"The parameter is a {current.Type}; Parameter Store does not change it to {kind}.");
        }

        if (keyId is not null && kind != SecureString)
        {
            throw Invalid("KeyId is for a SecureString.");
        }

        var parameter = new LocalParameter
        {
            Name = name,
            Value = value,
            Type = kind,

            // A version without a key is encrypted with the account's own one, whatever the version before had.
            KeyId = kind == SecureString ? keyId ?? DefaultKey : null,
            Description = description,
            AllowedPattern = allowedPattern,
            Tier = TierOf(value, tier, current),
            DataType = dataType ?? current?.DataType ?? "text",
            Version = (current?.Version ?? 0) + 1,
            LastModified = timeProvider.GetUtcNow(),
        };
        Keep(parameter);
        return parameter;
    }

    private static string TierOf(string value, string? tier, LocalParameter? current)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        switch (size)
        {
            case 0:
                throw Invalid("Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1");
            case > AdvancedSize:
                throw Invalid($"The parameter value of {size} bytes exceeds the maximum of {AdvancedSize}.");
            default:
                break;
        }

        var wanted = tier switch
        {
            null => current?.Tier ?? "Standard",
            "Intelligent-Tiering" => size > StandardSize || current?.Tier == "Advanced" ? "Advanced" : "Standard",
            "Standard" or "Advanced" => tier,
            _ => throw Invalid($"Value '{tier}' at 'tier' is none of Standard, Advanced, Intelligent-Tiering."),
        };
        if (wanted == "Standard" && current?.Tier == "Advanced")
        {
            throw Invalid("You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.");
        }

        return wanted == "Standard" && size > StandardSize
            ? throw Invalid($"Standard tier parameters support a maximum parameter value of {StandardSize} characters.")
            : wanted;
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || !NamePattern().IsMatch(name))
        {
            throw Invalid($"Parameter name: 1 to {MaxNameLength} letters, digits and the symbols .-_/ are allowed.");
        }

        if (name.Contains('/', StringComparison.Ordinal) && name[0] != '/')
        {
            throw Invalid("Parameter name must be a fully qualified name.");
        }

        if (ReservedPattern().IsMatch(name))
        {
            throw Invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
        }
    }

    private void Keep(LocalParameter parameter)
    {
        if (!_versions.TryGetValue(parameter.Name, out var versions))
        {
            _versions[parameter.Name] = versions = [];
        }

        versions.Add(parameter);
        if (versions.Count > MaxVersions)
        {
            versions.RemoveAt(0);
        }
    }

    private static ServiceError Invalid(string message) => new("ValidationException", 400, message);

    [GeneratedRegex("^[a-zA-Z0-9_.\\-/]+$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^/?(aws|ssm)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ReservedPattern();
}
