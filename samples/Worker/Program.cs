using Worker;
using Worker.Probe;

return args switch
{
    ["probe", .. var rest] => await ProbeCommand.RunAsync(rest, new ConfigurationBuilder().AddEnvironmentVariables().Build()),
    [HealthProbe.Argument] => await HealthProbe.RunAsync(),
    _ => await Service.RunAsync(args),
};
