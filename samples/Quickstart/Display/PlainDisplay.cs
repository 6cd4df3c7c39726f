using System.Diagnostics;

namespace Quickstart.Display;

/// <summary>Lines of text, for files and pipes.</summary>
internal sealed class PlainDisplay(TextWriter output) : IDemoDisplay
{
    private const int Steps = 4;
    private const int BarWidth = 40;

    public void Step(string text) => output.WriteLine(text);

    public async Task ProgressAsync(string title, int total, Func<Action, Task> work)
    {
        var elapsed = Stopwatch.StartNew();
        var done = 0;
        await work(() =>
        {
            var now = Interlocked.Increment(ref done);
            if (now % Math.Max(1, total / Steps) == 0)
            {
                output.WriteLine($"{title}: {now:N0} of {total:N0}");
            }
        });
        output.WriteLine($"{title}: {total:N0} files in {elapsed.Elapsed.TotalSeconds:0.0} s");
    }

    public void Spread(IReadOnlyDictionary<string, int> before, IReadOnlyDictionary<string, int> after)
    {
        var most = before.Values.Concat(after.Values).Max();
        output.WriteLine("Files by mount target, before and after:");
        foreach (var (target, count) in after)
        {
            WriteBar(target, before.GetValueOrDefault(target), most);
            WriteBar("", count, most);
        }
    }

    private void WriteBar(string label, int count, int most) =>
        output.WriteLine($"  {label,-22} {new string('#', count * BarWidth / most)} {count:N0}");
}
