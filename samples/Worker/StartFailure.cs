using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EfsSharding;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Samples;

namespace Worker;

/// <summary>A start that failed, in one message: what, where, and what to do. A stack would say nothing to those who run the service.</summary>
internal static class StartFailure
{
    public static string Describe(Exception failure, IConfiguration configuration)
    {
        var parameter = configuration["SSM_PARAMETER_NAME"] ?? configuration["EfsSharding:ParameterName"];
        var region = FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;
        return OneLine(failure switch
        {
            SettingsException => failure.Message,
            OptionsValidationException wrong => $"The settings are wrong: {string.Join(" ", wrong.Failures)} Each option of {wrong.OptionsType.Name} is set by the variable {wrong.OptionsType.Name.Replace("Options", "__", StringComparison.Ordinal)}NAME.",
            _ when Find<ParameterNotFoundException>(failure) is not null =>
                $"SSM has no parameter '{parameter}'{In(region)}. Check SSM_PARAMETER_NAME and AWS_REGION, and run the scaler once: it publishes the shard map.",
            _ when Find<AmazonSimpleSystemsManagementException>(failure) is { } refused =>
                $"SSM refused to read the parameter '{parameter}'{In(region)}: {refused.ErrorCode}: {refused.Message} The role of the task needs ssm:GetParameter for it, and kms:Decrypt if it is a SecureString.",
            _ when Find<AmazonServiceException>(failure) is { } service => $"AWS did not answer as it should when the parameter '{parameter}' was read{In(region)}: {Chain(service)} Check the network's way to SSM (an endpoint, or a NAT gateway) and AWS_ENDPOINT_URL.",
            _ when Find<AmazonClientException>(failure) is { } client => $"The parameter '{parameter}' could not be read{In(region)}: {Chain(client)} Set AWS_REGION, and give the task a role or the process credentials (AWS_ACCESS_KEY_ID, AWS_PROFILE).",
            _ when Find<HttpRequestException>(failure) is { } http => $"SSM could not be reached for the parameter '{parameter}'{In(region)}: {Chain(http)} Check the network's way to SSM (an endpoint, or a NAT gateway) and AWS_ENDPOINT_URL.",
            _ when Find<AddressInUseException>(failure) is not null => $"{failure.Message} Another process listens there: stop it, or choose another port by ASPNETCORE_HTTP_PORTS or ASPNETCORE_URLS.",
            _ when Find<SocketException>(failure) is { SocketErrorCode: SocketError.AccessDenied } => $"{Chain(failure)} Ports below 1024 need a privilege: choose another one by ASPNETCORE_HTTP_PORTS or ASPNETCORE_URLS.",
            _ when Find<SocketException>(failure) is { SocketErrorCode: SocketError.AddressNotAvailable } => $"{Chain(failure)} This machine has no such address: ASPNETCORE_URLS names what to listen on, for example http://0.0.0.0:8080.",
            FormatException => $"{Chain(failure)} ASPNETCORE_URLS names what to listen on, for example http://0.0.0.0:8080, and ASPNETCORE_HTTP_PORTS ports.",
            InvalidOperationException when LogLevelIn(failure.Message, configuration) is { } name => $"{name} is '{configuration[name.Replace("__", ":", StringComparison.Ordinal)]}'; it must be {string.Join(", ", Enum.GetNames<LogLevel>())}.",
            StoreException or IOException or UnauthorizedAccessException => Chain(failure),
            _ => $"The service cannot start: {Chain(failure)}",
        });
    }

    // The logging of .NET names the value that it does not know, and not the variable.
    private static string? LogLevelIn(string message, IConfiguration configuration) => configuration.GetSection("Logging").AsEnumerable()
        .Where(one => one.Value is { Length: > 0 } && one.Key.Contains("LogLevel", StringComparison.OrdinalIgnoreCase) && message.Contains($"'{one.Value}'", StringComparison.Ordinal))
        .Select(static one => one.Key.Replace(":", "__", StringComparison.Ordinal)).FirstOrDefault();

    private static string In(string? region) => region is null ? "" : $" in {region}";

    private static T? Find<T>(Exception? failure)
        where T : Exception
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Chain(Exception failure)
    {
        var text = Sentence(failure.Message);
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            text = text.Contains(cause.Message.TrimEnd('.'), StringComparison.Ordinal) ? text : $"{text} {Sentence(cause.Message)}";
        }

        return text;
    }

    private static string Sentence(string text) => text.TrimEnd('.', ' ', '\r', '\n') + ".";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
