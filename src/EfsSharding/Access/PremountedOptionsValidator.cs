using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.Access;

internal sealed class PremountedOptionsValidator : IValidateOptions<PremountedOptions>
{
    public ValidateOptionsResult Validate(string? name, PremountedOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        var store = OptionsFailures.Subject(name);
        if (options.Directory is { } directory && !Path.IsPathFullyQualified(directory))
        {
            failures.AddError($"{store}PremountedOptions.Directory is '{directory}'; it must be an absolute path, for example /mnt/efs.");
        }

        foreach (var (id, path) in options.Directories)
        {
            if (!id.StartsWith("fs-", StringComparison.Ordinal) && !id.StartsWith("fsmt-", StringComparison.Ordinal))
            {
                failures.AddError($"{store}PremountedOptions.Directories has the key '{id}'; it must be the id of a mount target, fsmt-…, or of a file system, fs-….");
            }

            if (!Path.IsPathFullyQualified(path ?? ""))
            {
                failures.AddError($"{store}PremountedOptions.Directories['{id}'] is '{path}'; it must be an absolute path, for example /mnt/efs.");
            }
        }

        return failures.Build();
    }
}
