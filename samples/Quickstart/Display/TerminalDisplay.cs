using Spectre.Console;

namespace Quickstart.Display;

/// <summary>Progress bars and a chart in the terminal.</summary>
internal sealed class TerminalDisplay : IDemoDisplay
{
    private const int ChartWidth = 72;

    public void Step(string text) => AnsiConsole.MarkupLineInterpolated($"[green]•[/] {text}");

    public Task ProgressAsync(string title, int total, Func<Action, Task> work) => AnsiConsole
        .Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
        .StartAsync(async progress =>
        {
            var task = progress.AddTask($"{title} {total:N0} files", maxValue: total);
            await work(() => task.Increment(1));
        });

    public void Spread(IReadOnlyDictionary<string, int> before, IReadOnlyDictionary<string, int> after)
    {
        AnsiConsole.Write(Chart("Files by mount target, before", before));
        AnsiConsole.WriteLine();
        AnsiConsole.Write(Chart("after", after));
        AnsiConsole.WriteLine();
    }

    private static BarChart Chart(string title, IReadOnlyDictionary<string, int> counts)
    {
        var chart = new BarChart().Width(ChartWidth).Label($"[bold]{title}[/]").LeftAlignLabel();
        var colour = 0;
        foreach (var (target, count) in counts)
        {
            chart.AddItem(target, count, Color.FromInt32(2 + (colour++ % 5)));
        }

        return chart;
    }
}
