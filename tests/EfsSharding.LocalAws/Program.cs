using System.Runtime.InteropServices;
using EfsSharding.LocalAws;

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

LocalAwsOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{CommandLine.Usage}");
    return 2;
}

var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopped.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var server = await LocalAwsServer.StartAsync(options);
Console.WriteLine($"# LocalAws listens on {server.Endpoint}");
foreach (var (name, value) in server.EnvironmentVariables)
{
    Console.WriteLine($"export {name}={value}");
}

Console.WriteLine($"export EFS_FILE_SYSTEM_ID={options.FileSystemId}");
Console.WriteLine($"export VPC_ID={options.VpcId}");
Console.WriteLine($"export SECURITY_GROUP_ID={string.Join(',', options.SecurityGroups)}");
Console.WriteLine($"export ECS_CLUSTER_NAME={options.ClusterName}");
Console.WriteLine($"export ECS_SERVICE_NAME={options.ServiceName}");
await stopped.Task;
return 0;
