using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Gives a finished temporary file its name: by RENAME, or by LINK when nobody else's file may be replaced.</summary>
internal sealed class PublishCompound(string temporaryName, FileHandle file, bool links) : FileCompound
{
    public override string Name => "publish";

    public override bool Changes => true;

    public override int Operations => 4;

    public override int OperationsPerStep => 3;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        if (links)
        {
            call.Add(new PutFhOperation(file)).Add(default(SaveFhOperation));
            walk.EncodeAgain(call);
            call.Add(new LinkOperation(name));
        }
        else
        {
            call.Add(default(SaveFhOperation)).Add(new RenameOperation(temporaryName, name));
        }
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (links)
        {
            if (results.Next(NfsOpcode.PutFh) && results.Next(NfsOpcode.SaveFh) && walk.DecodeAgain(ref results) && results.Next(NfsOpcode.Link))
            {
                LinkOperation.ReadResult(ref results.Body);
            }
        }
        else if (results.Next(NfsOpcode.SaveFh) && results.Next(NfsOpcode.Rename))
        {
            RenameOperation.ReadResult(ref results.Body);
        }
    }
}
