using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EfsSharding;

namespace Samples;

/// <summary>Each option of direct NFS by its name. They come after <see cref="DirectNfsSettings"/> and go before them.</summary>
internal static class DirectNfsVariables
{
    public static void Apply(Variables variables, DirectNfsOptions options)
    {
        var section = new OptionVariables(variables, "DirectNfs");
        section.Number<int>("Port", value => options.Port = value);
        section.Text("RootPath", value => options.RootPath = value);
        section.Number<uint>("UserId", value => options.UserId = value);
        section.Number<uint>("GroupId", value => options.GroupId = value);
        section.List("Groups", value => options.Groups = [.. options.Groups ?? [], Group(section, value)]);
        section.Number<int>("ConnectionsPerTarget", value => options.ConnectionsPerTarget = value);
        section.Number<int>("SlotsPerConnection", value => options.SlotsPerConnection = value);
        section.Number<int>("MaxReadSize", value => options.MaxReadSize = value);
        section.Number<int>("MaxWriteSize", value => options.MaxWriteSize = value);
        section.Number<int>("ReadAhead", value => options.ReadAhead = value);
        section.Number<int>("WriteBehind", value => options.WriteBehind = value);
        section.Number<int>("MaxUncommittedBytes", value => options.MaxUncommittedBytes = value);
        section.Duration("ReconnectTimeout", value => options.ReconnectTimeout = value);
        section.Duration("DirectoryHandleLifetime", value => options.DirectoryHandleLifetime = value);
        section.Mode("FileMode", value => options.FileMode = value);
        section.Mode("DirectoryMode", value => options.DirectoryMode = value);
        section.RefuseOthers();
    }

    /// <summary>Credentials are not here: the AWS SDK has variables of its own for them.</summary>
    public static void Apply(Variables variables, DirectNfsTlsOptions options)
    {
        var section = new OptionVariables(variables, "DirectNfsTls");
        section.Switch("Enabled", value => options.Enabled = value);
        section.Text("Region", value => options.Region = value);
        section.Text("DnsSuffix", value => options.DnsSuffix = value);
        section.Text("ServerName", value => options.ServerName = value);
        section.Text("AccessPointId", value => options.AccessPointId = value);
        section.Switch("UseIam", value => options.UseIam = value);
        section.Text("TrustedRoots", value => Trust(section, value, options.TrustedRoots));
        section.RefuseOthers();
    }

    private static uint Group(OptionVariables section, string value)
    {
        if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var group))
        {
            section.Refuse("Groups", "numeric groups, comma-separated");
        }

        return group;
    }

    private static void Trust(OptionVariables section, string file, X509Certificate2Collection roots)
    {
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            section.Refuse("TrustedRoots", $"a file of certificates in PEM ({e.Message})");
        }
    }
}
