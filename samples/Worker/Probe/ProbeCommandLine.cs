using System.Globalization;
using EfsSharding;
using Samples;

namespace Worker.Probe;

/// <summary>What the user asked the probe for: arguments, and the environment of the service where an argument is missing.</summary>
internal sealed class ProbeCommandLine
{
    public const string Usage = """
        Says what an NFS server is: what it grants, how fast it answers, and whether each promise of a store holds on it.

          probe <fs-… | host name | IP address> [options]

          --no-write           only look: no scratch directory, no promise put to the test
          --json               print the report as JSON
          --verbose            print what the connections log to standard error
          --tls, --no-tls      TLS, the default, or plain TCP (EFS_TLS=true, EFS_TLS=false)
          --iam                sign the connection with AWS credentials (EFS_IAM=true)
          --access-point ID    reach the files through an access point, fsap-… (EFS_ACCESS_POINT_ID)
          --port N             the TCP port, 2049 by default (EFS_NFS_PORT)
          --file-system ID     whose mount target it is, fs-…: what the server at an IP address has to prove by TLS
          --server-name NAME   the name that the server has to prove, where it is not that of a file system
          --region NAME        the region of the file system (AWS_REGION)
          --root PATH          the directory of the server to work in, / by default
          --user UID[:GID]     the user and group stated to the server, this process's own by default

        Exit status: 0 every promise holds, or --no-write and the server answers; 1 a promise does not hold, or nothing may be
        written there; 2 wrong arguments; 3 the server cannot be reached, refuses, or does not speak NFSv4.1; 130 stopped.
        """;

    private ProbeCommandLine()
    {
    }

    public required string Target { get; init; }

    public bool Json { get; private set; }

    public bool Verbose { get; private set; }

    public bool MayWrite { get; private set; } = true;

    public string? FileSystemId { get; private set; }

    public DirectNfsOptions Options { get; } = new();

    public DirectNfsTlsOptions Tls { get; } = new();

    /// <exception cref="FormatException">Something is missing, unknown or wrong.</exception>
    public static ProbeCommandLine Parse(IReadOnlyList<string> args, IConfiguration configuration)
    {
        if (args is not [{ Length: > 0 } target, ..] || target.StartsWith('-'))
        {
            throw new FormatException("Say which server: a file system id, a host name or an IP address.");
        }

        var parsed = new ProbeCommandLine { Target = target };
        parsed.TakeEnvironment(configuration);
        for (var i = 1; i < args.Count; i++)
        {
            parsed.Take(args[i], () => ++i < args.Count ? args[i] : throw new FormatException($"{args[i - 1]} needs a value."));
        }

        ProbeName.Complete(parsed);
        return parsed;
    }

    /// <summary>Says whose server is asked, where the target names it.</summary>
    public void TakeFileSystem(string fileSystemId) => FileSystemId ??= fileSystemId;

    private void TakeEnvironment(IConfiguration configuration)
    {
        var problems = new List<string>();
        var nfs = DirectNfsSettings.Read(name => configuration[name], problems);
        if (problems.Count > 0)
        {
            throw new FormatException(string.Join("; ", problems) + ".");
        }

        nfs.Apply(Options);
        nfs.Apply(Tls);
    }

    private void Take(string option, Func<string> value)
    {
        switch (option)
        {
            case "--no-write": MayWrite = false; break;
            case "--json": Json = true; break;
            case "--verbose": Verbose = true; break;
            case "--tls": Tls.Enabled = true; break;
            case "--no-tls": Tls.Enabled = false; break;
            case "--iam": Tls.UseIam = true; break;
            case "--access-point": Tls.AccessPointId = value(); break;
            case "--port": Options.Port = Number(value(), option); break;
            case "--file-system": FileSystemId = value(); break;
            case "--server-name": Tls.ServerName = value(); break;
            case "--region": Tls.Region = value(); break;
            case "--root": Options.RootPath = value(); break;
            case "--user": TakeUser(value()); break;
            default: throw new FormatException($"{option} is not an option.");
        }
    }

    private void TakeUser(string user)
    {
        var ids = user.Split(':');
        if (ids.Length > 2 || !ids.All(static id => uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new FormatException($"--user takes a numeric user and, behind a colon, group, such as 1000:1000, not '{user}'.");
        }

        Options.UserId = uint.Parse(ids[0], CultureInfo.InvariantCulture);
        Options.GroupId = uint.Parse(ids[^1], CultureInfo.InvariantCulture);
        Options.Groups = [];
    }

    private static int Number(string value, string name) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} takes a number, not '{value}'.");
}
