using EfsSharding.Storage.Listing;
using FsCheck.NUnit;

namespace EfsSharding.Tests.Storage.Listing;

internal sealed class ListedNamesTests
{
    /// <summary>A directory of any size is read in some order, begun again at some places, by names of which some come and go.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Each_name_that_is_there_throughout_is_passed_on_once(byte allowed, ushort size, int seed)
    {
        var random = new Random(seed);
        string[] stays = [.. Enumerable.Range(0, size % 700).Select(i => $"name-{i}")];
        using var names = new ListedNames(new ListedNamesAllowance(1 + (allowed % 100)));
        var passed = new List<string>();
        do
        {
            for (var restarts = random.Next(3); restarts >= 0; restarts--)
            {
                string[] reading = [.. stays, .. Enumerable.Range(0, random.Next(20)).Select(_ => $"other-{random.Next(50)}")];
                random.Shuffle(reading);
                var until = restarts > 0 ? random.Next(reading.Length + 1) : reading.Length;
                passed.AddRange(reading.Take(until).Where(names.Take));
            }
        }
        while (names.NeedsAnotherReading());

        Assert.That(passed, Is.Unique);
        Assert.That(stays, Is.SubsetOf(passed));
    }

    [Test]
    public void A_huge_directory_is_remembered_within_the_allowance()
    {
        const int Names = 400_000;
        using var names = new ListedNames(new ListedNamesAllowance(names: 96 << 10));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var passed = 0;
        var most = 0L;
        do
        {
            for (var i = 0; i < Names; i++)
            {
                passed += names.Take($"customer-{i:x16}.json") ? 1 : 0;
            }

            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        while (names.NeedsAnotherReading());

        Assert.That(passed, Is.EqualTo(Names));
        Assert.That(most, Is.LessThan(3 << 20));
        Assert.That(names.Readings, Is.InRange(6, 9));
    }
}
