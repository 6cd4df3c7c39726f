using System.Net;
using System.Text;
using Amazon.Runtime;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Tests.Aws;

public class ErrorReplyTests
{
    [TestCase("MountTargetConflict", """{}""", "MountTargetConflict")]
    [TestCase("MountTargetConflict:", """{"ErrorCode":"Other"}""", "MountTargetConflict")]
    [TestCase("MountTargetConflict:http://internal.amazon.com/coral/com.amazon.efs/", "", "MountTargetConflict")]
    [TestCase("aws.efs#MountTargetConflict", "", "MountTargetConflict")]
    [TestCase(null, """{"ErrorCode":"SubnetNotFound","Message":"no"}""", "SubnetNotFound")]
    [TestCase(null, """{"__type":"ClusterNotFoundException","message":"no"}""", "ClusterNotFoundException")]
    [TestCase(null, """{"__type":"com.amazonaws.ecs#ClusterNotFoundException"}""", "ClusterNotFoundException")]
    [TestCase(null, """{"__type":"aws.protocoltests.restjson#FooError:http://amazon.com/smithy/"}""", "FooError")]
    [TestCase(null, """{"code":"Throttling"}""", "Throttling")]
    [TestCase("", """{"__type":"ServerException"}""", "ServerException")]
    public void The_code_is_found_wherever_AWS_puts_it(string? header, string body, string code) =>
        Assert.That(Read(header, body).Code, Is.EqualTo(code));

    [TestCase("")]
    [TestCase("<html>")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"__type":7,"message":{}}""")]
    [TestCase("""{"__type":"","message":" "}""")]
    public void An_answer_without_a_code_is_known_by_its_status(string body)
    {
        var error = Read(typeHeader: null, body);

        Assert.That(error.Code, Is.EqualTo("BadGateway"));
        Assert.That(error.Fault, Is.EqualTo(ErrorType.Receiver));
        Assert.That(error.Message, Is.EqualTo("The call failed with BadGateway (HTTP 502); the service gave no explanation."));
    }

    [TestCase("""{"message":"so"}""")]
    [TestCase("""{"Message":"so"}""")]
    [TestCase("""{"errorMessage":"so"}""")]
    public void The_text_is_found_wherever_AWS_puts_it(string body) =>
        Assert.That(Read("X", body).Message, Is.EqualTo("The call failed with X (HTTP 502): so"));

    private static ErrorReply Read(string? typeHeader, string body) => ErrorReply.Read(
        "The call", HttpStatusCode.BadGateway, typeHeader, "request-1", new MemoryStream(Encoding.UTF8.GetBytes(body)));
}
