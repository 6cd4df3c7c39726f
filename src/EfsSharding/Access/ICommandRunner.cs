namespace EfsSharding.Access;

/// <summary>Runs the programs of the operating system that mount and unmount.</summary>
internal interface ICommandRunner
{
    /// <param name="program">A name to be found on the PATH.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <param name="cancellationToken">Kills the program and what it started.</param>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
    Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}
