using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// Makes a directory of an attempt's own name beside its file, so that no file can be made of that name and none be renamed to it, and learns
/// the server's time.
/// </summary>
/// <param name="ownName">The attempt's own name.</param>
/// <param name="makesDirectories">Whether missing directories on the way are made.</param>
internal sealed class FenceCompound(string ownName, bool makesDirectories = false) : FileCompound
{
    private const UnixFileMode Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public override string Name => "fence";

    public override bool Changes => true;

    public override bool MakesDirectories => makesDirectories;

    public override int Operations => 2;

    public override bool HadEffect => WasMade;

    public bool WasMade { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call
        .Add(new CreateDirectoryOperation(ownName, Permissions))
        .Add(new GetAttrOperation(AttributeMask.Type | AttributeMask.MetadataTime));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        WasMade = results.Next(NfsOpcode.Create);
        if (!WasMade)
        {
            return;
        }

        CreateDirectoryOperation.ReadResult(ref results.Body);
        if (results.Next(NfsOpcode.GetAttr))
        {
            Attributes = NfsAttributes.Read(ref results.Body);
        }
    }
}
