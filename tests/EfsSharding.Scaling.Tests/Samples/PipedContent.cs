using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>A request body that the test writes while it is being sent.</summary>
internal sealed class PipedContent : HttpContent
{
    private readonly Pipe _pipe = new();
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets what completes when the body is asked for: with <c>Expect: 100-continue</c>, once the service reads it.</summary>
    public Task Wanted => _wanted.Task;

    public async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void Complete() => _pipe.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _wanted.SetResult();
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync();
            foreach (var part in read.Buffer)
            {
                await stream.WriteAsync(part);
                await stream.FlushAsync();
            }

            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
