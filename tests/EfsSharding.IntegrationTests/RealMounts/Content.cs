using System.Text;
using EfsSharding.Volumes;

namespace EfsSharding.IntegrationTests.RealMounts;

internal static class Content
{
    public static PendingWrite Write(string text, FileWriteMode mode = FileWriteMode.Replace) =>
        new(new FileContent(Encoding.UTF8.GetBytes(text)), mode);
}
