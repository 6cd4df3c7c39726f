using Samples;
using Worker;
using Worker.Probe;

if (args is ["probe", .. var rest])
{
    return await ProbeCommand.RunAsync(rest, new ConfigurationBuilder().AddEnvironmentVariables().Build());
}

if (args is [HealthProbe.Argument])
{
    return await HealthProbe.RunAsync();
}

var builder = WebApplication.CreateSlimBuilder(args);
try
{
    builder.AddFileWorker();
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

var app = builder.Build();
app.UseFileWorker();
await app.RunAsync();
return 0;
