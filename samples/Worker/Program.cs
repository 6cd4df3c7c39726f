using Worker;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddFileWorker();
var app = builder.Build();
app.UseFileWorker();
app.Run();
