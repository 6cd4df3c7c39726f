using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.Access;

internal sealed class LocalDirectoryOptionsValidator : IValidateOptions<LocalDirectoryOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalDirectoryOptions options) =>
        string.IsNullOrWhiteSpace(options.Root)
            ? ValidateOptionsResult.Fail($"{OptionsFailures.Subject(name)}LocalDirectoryOptions.Root is '{options.Root}'; it must be the path of a directory.")
            : ValidateOptionsResult.Success;
}
