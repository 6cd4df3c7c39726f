using System.Collections.Concurrent;
using EfsSharding.Volumes;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Storage;

internal sealed class EmptiedDirectoriesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _tried = new();
    private readonly SemaphoreSlim _try = new(0);
    private HashSet<string> _full = [];

    [SetUp]
    public void Forget()
    {
        _tried.Clear();
        _full = [];
        while (_try.Wait(0))
        {
        }
    }

    [Test]
    public async Task Many_deletes_in_a_directory_cost_one_try()
    {
        _full = ["d"];
        await using var emptied = NewEmptied();
        for (var i = 0; i < 1000; i++)
        {
            emptied.NoteDeleted($"d/{i}");
        }

        await AdvanceUntilTriedAsync(1);

        Assert.That(_tried, Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public async Task Parents_are_tried_once_all_below_them_are_gone()
    {
        _full = ["a/full"];
        await using (var emptied = NewEmptied())
        {
            foreach (var path in new[] { "a/b/c/1", "a/b/c/2", "a/b/d/1", "a/full/1", "top" })
            {
                emptied.NoteDeleted(path);
            }
        }

        Assert.That(_tried.Take(2), Is.EquivalentTo(new[] { "a/b/c", "a/b/d" }));
        Assert.That(_tried.Skip(2).Take(2), Is.EquivalentTo(new[] { "a/b", "a/full" }));
        Assert.That(_tried.Skip(4), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_directory_that_is_written_to_is_left()
    {
        await using (var emptied = NewEmptied())
        {
            emptied.NoteDeleted("hot/1");
            emptied.NoteDeleted("cold/1");
            emptied.NoteWritten("hot/2");
        }

        Assert.That(_tried, Is.EqualTo(new[] { "cold" }));
    }

    private EmptiedDirectories NewEmptied() => new(
        (directory, _) =>
        {
            _tried.Enqueue(directory);
            _try.Release();
            return Task.FromResult(!_full.Contains(directory));
        },
        _time);

    private async Task AdvanceUntilTriedAsync(int tries)
    {
        for (var i = 0; i < tries; i++)
        {
            while (!await _try.WaitAsync(10))
            {
                _time.Advance(EmptiedDirectories.Pause);
            }
        }
    }
}
