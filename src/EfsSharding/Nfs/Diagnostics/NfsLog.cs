using System.Net;
using EfsSharding.Nfs.Operations;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Diagnostics;

internal static partial class NfsLog
{
    [LoggerMessage(1300, LogLevel.Information, "NFS session {Session} with {EndPoint}: {Slots} slots, {Operations} operations in a compound, reads of {MaxRead} and writes of {MaxWrite} bytes, lease {Lease}", EventName = "NfsSessionMade")]
    public static partial void SessionMade(ILogger logger, EndPoint endPoint, SessionId session, uint slots, uint operations, int maxRead, int maxWrite, TimeSpan lease);

    [LoggerMessage(1301, LogLevel.Warning, "The NFS session with {EndPoint} ended: {Reason}. A new one is made when it is needed", EventName = "NfsSessionEnded")]
    public static partial void SessionEnded(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(1302, LogLevel.Warning, "The connection to the NFS server {EndPoint} was lost: {Reason}", EventName = "NfsConnectionLost")]
    public static partial void ConnectionLost(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(1303, LogLevel.Information, "Connected to the NFS server {EndPoint} again; {Calls} calls were sent again in their slots", EventName = "NfsReconnected")]
    public static partial void Reconnected(ILogger logger, EndPoint endPoint, int calls);

    [LoggerMessage(1304, LogLevel.Information, "The lease with the NFS server {EndPoint} was not renewed: {Reason}", EventName = "NfsLeaseNotRenewed")]
    public static partial void LeaseNotRenewed(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(1305, LogLevel.Debug, "The NFS server {EndPoint} does not know that its client leaves: {Reason}", EventName = "NfsNotLeft")]
    public static partial void NotLeft(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(1306, LogLevel.Warning, "{MountTarget} does not take {Ability}: {Instead}", EventName = "NfsAbilityMissing")]
    public static partial void AbilityMissing(ILogger logger, string mountTarget, string ability, string instead);

    [LoggerMessage(1307, LogLevel.Information, "A temporary file or an open was left behind: {Reason} A listing removes temporary files that are a day old", EventName = "NfsNotClearedUp")]
    public static partial void NotClearedUp(ILogger logger, string reason);

    [LoggerMessage(1308, LogLevel.Warning, "The server lost {Bytes} bytes of '{Path}' that were not safe yet; they are written again", EventName = "NfsWrittenAgain")]
    public static partial void WrittenAgain(ILogger logger, string path, long bytes);

    [LoggerMessage(1309, LogLevel.Warning, "{EndPoint} is reached over plain TCP: anybody on the way can read and change files. Turn TLS on where the network is not yours alone", EventName = "NfsPlainTcp")]
    public static partial void PlainTcp(ILogger logger, EndPoint endPoint);

    [LoggerMessage(1310, LogLevel.Information, "{MountTarget} takes {Ability}", EventName = "NfsAbilityFound")]
    public static partial void AbilityFound(ILogger logger, string mountTarget, string ability);

    [LoggerMessage(1311, LogLevel.Information, "{MountTarget} is taken to accept the anonymous and the current stateid until it refuses one; the first file that is read or written shows it", EventName = "NfsAbilitiesAssumed")]
    public static partial void AbilitiesAssumed(ILogger logger, string mountTarget);
}
