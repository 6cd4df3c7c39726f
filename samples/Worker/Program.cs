using Samples;
using Worker;

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
