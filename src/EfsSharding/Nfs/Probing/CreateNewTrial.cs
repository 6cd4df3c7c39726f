namespace EfsSharding.Nfs.Probing;

/// <summary>Writers of two clients race for a name: one wins, the others get that the file exists, and the content is the winner's.</summary>
internal static class CreateNewTrial
{
    private const int Rounds = 5;
    private const int Racers = 8;
    private const int Bytes = 4096;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var (fair, foreign) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"raced-{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(1, Racers).Select(racer => RaceAsync(scratch, name, racer, cancellationToken))).ConfigureAwait(false);
            var winners = Enumerable.Range(1, Racers).Where(racer => outcomes[racer - 1]).ToList();
            var content = await scratch.ReadAsync(scratch.Other, name, cancellationToken).ConfigureAwait(false);
            fair += winners.Count == 1 ? 1 : 0;
            foreign += winners.Any(winner => ProbeContent.Is(content, winner, Bytes)) ? 0 : 1;
        }

        return new Finding(
            fair == Rounds && foreign == 0,
            $"{Rounds} races of {Racers} writers: {fair} with exactly one winner, {foreign} whose content was not a winner's");
    }

    private static async Task<bool> RaceAsync(ProbeScratch scratch, string name, int racer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var volume = racer % 2 == 0 ? scratch.One : scratch.Other;
            await scratch.WriteAsync(volume, name, ProbeContent.Make(racer, Bytes), FileWriteMode.CreateNew, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (FileExistsException)
        {
            return false;
        }
    }
}
