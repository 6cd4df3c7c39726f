using System.Net;
using Amazon.Runtime;
using EfsSharding.LocalAws.Admin;
using EfsSharding.LocalAws.Ec2;
using EfsSharding.LocalAws.Ecs;
using EfsSharding.LocalAws.Efs;
using EfsSharding.LocalAws.Http;
using EfsSharding.LocalAws.Signing;
using EfsSharding.LocalAws.Ssm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace EfsSharding.LocalAws;

/// <summary>An AWS account behind a loopback HTTP endpoint, for the operations that EfsSharding calls.</summary>
public sealed class LocalAwsServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LocalAwsServer(LocalAwsOptions options, LocalAwsState state, FaultPlan faults, CallLog calls, WebApplication application)
    {
        Options = options;
        State = state;
        Faults = faults;
        Calls = calls;
        _application = application;
    }

    public LocalAwsOptions Options { get; }

    /// <summary>What the account holds.</summary>
    public LocalAwsState State { get; }

    /// <summary>What shall go wrong.</summary>
    public FaultPlan Faults { get; }

    /// <summary>What was called.</summary>
    public CallLog Calls { get; }

    /// <summary>For example <c>http://127.0.0.1:4566</c>.</summary>
    public string Endpoint => _application.Urls.Single();

    /// <summary>The credentials whose signatures the server takes.</summary>
    public AWSCredentials Credentials => new BasicAWSCredentials(Options.AccessKeyId, Options.SecretAccessKey);

    /// <summary>What a process needs in its environment so that its AWS clients call this server.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ENDPOINT_URL"] = Endpoint,
        ["AWS_REGION"] = Options.Region,
        ["AWS_ACCESS_KEY_ID"] = Options.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = Options.SecretAccessKey,
    };

    public static async Task<LocalAwsServer> StartAsync(LocalAwsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalAwsOptions();
        var state = new LocalAwsState(options);
        var faults = new FaultPlan();
        var calls = new CallLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        var application = builder.Build();
        var handler = new RequestHandler(options, new SignatureVerifier(options), ServicesOf(state, options), state, faults, calls);
        var admin = new AdminEndpoint(state, faults, calls, options);
        application.Run(context => AdminEndpoint.Serves(context) ? admin.HandleAsync(context) : handler.HandleAsync(context));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new LocalAwsServer(options, state, faults, calls, application);
    }

    /// <summary>Points the configuration of any AWS client at this server.</summary>
    /// <returns>The same configuration.</returns>
    public TConfig Configure<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        ArgumentNullException.ThrowIfNull(config);
        config.ServiceURL = Endpoint;
        config.AuthenticationRegion = Options.Region;
        return config;
    }

    /// <summary>Stops at once; calls that wait in a fault are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private static IReadOnlyList<IAwsService> ServicesOf(LocalAwsState state, LocalAwsOptions options) =>
    [
        new SsmService(state.ParameterStore, state.Names),
        new EfsService(state.FileSystemsAndTargets, state.Names, options),
        new Ec2Service(state.Network, state.Names, options),
        new EcsService(state.Clusters, state.Names, options),
    ];
}
