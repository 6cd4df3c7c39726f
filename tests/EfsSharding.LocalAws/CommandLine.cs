using System.Globalization;

namespace EfsSharding.LocalAws;

/// <summary>The options that a process of its own takes.</summary>
internal static class CommandLine
{
    public const string Usage = """
        LocalAws: SSM, EFS, EC2 and ECS operations on a loopback endpoint.

          --port N                 the port on 127.0.0.1 (default 4566; 0 for any free one)
          --region NAME            (default ap-northeast-1)
          --availability-zones N   zones with a subnet each, 1 to 26 (default 3)
          --mount-targets N        zones that have a mount target (default 1)
          --creating-seconds N     how long a new mount target is creating (default 0)
          --deployment-seconds N   how long a new deployment is in progress (default 0)
          --page-size N            entries in one page of a reply (default 100)

        /_local/faults, /_local/calls and /_local/state arrange and show what happens.
        """;

    private const int DefaultPort = 4566;

    /// <exception cref="ArgumentException">An option is unknown, lacks its value or has a wrong one.</exception>
    public static LocalAwsOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LocalAwsOptions { Port = DefaultPort };
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException($"{args[i]} has no value.");
            options = args[i] switch
            {
                "--port" => options with { Port = Number(args[i], value, 0, 65535) },
                "--region" => options with { Region = value },
                "--availability-zones" => options with { AvailabilityZones = Number(args[i], value, 1, 26) },
                "--mount-targets" => options with { MountTargets = Number(args[i], value, 0, 26) },
                "--creating-seconds" => options with { MountTargetCreationTime = TimeSpan.FromSeconds(Number(args[i], value, 0, 3600)) },
                "--deployment-seconds" => options with { DeploymentTime = TimeSpan.FromSeconds(Number(args[i], value, 0, 3600)) },
                "--page-size" => options with { PageSize = Number(args[i], value, 1, 1000) },
                _ => throw new ArgumentException($"{args[i]} is not an option."),
            };
        }

        return options.MountTargets <= options.AvailabilityZones
            ? options
            : throw new ArgumentException("There cannot be more mount targets than Availability Zones.");
    }

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{option} takes a number of {least} to {most}, not '{value}'.");
}
