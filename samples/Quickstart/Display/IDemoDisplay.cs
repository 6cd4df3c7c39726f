namespace Quickstart.Display;

/// <summary>Shows the demonstration to a person or to a file.</summary>
internal interface IDemoDisplay
{
    void Step(string text);

    /// <summary>Shows how far some work is.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="total">How many things are to be done.</param>
    /// <param name="work">Does them and calls its argument after each, from any thread.</param>
    Task ProgressAsync(string title, int total, Func<Action, Task> work);

    /// <summary>Shows how many files each mount target serves, by its id.</summary>
    void Spread(IReadOnlyDictionary<string, int> before, IReadOnlyDictionary<string, int> after);
}
