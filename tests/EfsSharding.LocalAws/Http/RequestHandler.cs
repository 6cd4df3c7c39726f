using EfsSharding.LocalAws.Signing;
using Microsoft.AspNetCore.Http;

namespace EfsSharding.LocalAws.Http;

/// <summary>The way of a request: signature, service, fault, effect, log, reply.</summary>
internal sealed class RequestHandler(
    LocalAwsOptions options,
    SignatureVerifier signatures,
    IReadOnlyList<IAwsService> services,
    LocalAwsState state,
    FaultPlan faults,
    CallLog calls)
{
    private static readonly ServiceError UnknownOperation = new("UnknownOperationException", 400, "LocalAws does not know this operation.");

    public async Task HandleAsync(HttpContext context)
    {
        var request = await AwsRequest.ReadAsync(context);
        var requestId = Guid.NewGuid().ToString();
        var scope = CredentialScope.Parse(request);
        var service = services.FirstOrDefault(s => s.SigningName == scope?.Service);
        if (service is null)
        {
            var names = string.Join(", ", services.Select(s => s.SigningName));
            var error = new ServiceError("IncompleteSignature", 403, $"The request is not signed for one of {names}.");
            await ReplyAsync(context, NewCall(request, requestId, null, null), AwsJson11.Refuse(error), null);
            return;
        }

        var operation = service.OperationOf(request);
        var call = NewCall(request, requestId, service.Name, operation);
        var refusal = signatures.Verify(request, scope!) ?? (operation is null ? UnknownOperation : null);
        if (refusal is not null)
        {
            await ReplyAsync(context, call, service.Refuse(refusal, requestId), null);
            return;
        }

        var fault = faults.Meet(service.Name, operation!, call.InvocationId!);
        await InvokeAsync(context, service, request, call with { Fault = fault?.Kind }, fault);
    }

    private async Task InvokeAsync(HttpContext context, IAwsService service, AwsRequest request, LoggedCall call, InjectedFault? fault)
    {
        if (fault is { Timing: FaultTiming.Before, Kind: FaultKind.Cut or FaultKind.CutReply })
        {
            calls.Add(call);
            context.Abort();
            return;
        }

        if (fault is { Timing: FaultTiming.Before, Kind: FaultKind.Delay })
        {
            await WaitAsync(fault, call, context.RequestAborted);
        }

        var error = ErrorOf(service, fault, call);
        var reply = error is not null && fault!.Timing == FaultTiming.Before ? error : CarryOut(service, request, call);
        if (error is not null)
        {
            reply = error with { Effect = reply.Effect };
        }

        if (fault is { Timing: FaultTiming.After, Kind: FaultKind.Delay })
        {
            await WaitAsync(fault, call with { Effect = reply.Effect }, context.RequestAborted);
        }

        await ReplyAsync(context, call, reply, fault);
    }

    private AwsReply CarryOut(IAwsService service, AwsRequest request, LoggedCall call)
    {
        lock (state.Gate)
        {
            try
            {
                return service.Invoke(call.Operation!, request, call.RequestId);
            }
            catch (ServiceError error)
            {
                return service.Refuse(error, call.RequestId);
            }
        }
    }

    private async Task WaitAsync(InjectedFault fault, LoggedCall call, CancellationToken aborted)
    {
        try
        {
            await Task.Delay(fault.Delay, options.TimeProvider, aborted);
        }
        catch (OperationCanceledException)
        {
            calls.Add(call);
            throw;
        }
    }

    private async Task ReplyAsync(HttpContext context, LoggedCall call, AwsReply reply, InjectedFault? fault)
    {
        var cut = fault is { Kind: FaultKind.Cut };
        calls.Add(call with { StatusCode = cut ? 0 : reply.StatusCode, ErrorCode = cut ? null : reply.ErrorCode, Effect = reply.Effect });
        if (cut)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        response.StatusCode = reply.StatusCode;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        response.Headers["x-amzn-RequestId"] = call.RequestId;
        response.Headers.Date = options.TimeProvider.GetUtcNow().ToString("R");
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        var sent = fault is { Kind: FaultKind.CutReply } ? reply.Body.AsMemory(0, reply.Body.Length / 2) : reply.Body;
        await response.Body.WriteAsync(sent, context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        if (sent.Length < reply.Body.Length)
        {
            context.Abort();
        }
    }

    private static AwsReply? ErrorOf(IAwsService service, InjectedFault? fault, LoggedCall call) => fault?.Kind switch
    {
        FaultKind.Throttle => service.Refuse(service.Throttled, call.RequestId),
        FaultKind.Error => service.Refuse(
            new ServiceError(
                fault.ErrorCode, fault.StatusCode ?? service.StatusOf(fault.ErrorCode), fault.Message ?? $"Injected {fault.ErrorCode}."),
            call.RequestId),
        FaultKind.Html => new AwsReply
        {
            StatusCode = fault.StatusCode ?? StatusCodes.Status502BadGateway,
            ContentType = "text/html",
            Body = "<html><body><h1>This is not AWS</h1></body></html>"u8.ToArray(),
        },
        _ => null,
    };

    private LoggedCall NewCall(AwsRequest request, string requestId, string? service, string? operation) => new()
    {
        Sequence = 0,
        Time = options.TimeProvider.GetUtcNow(),
        Service = service,
        Operation = operation,
        RequestId = requestId,
        InvocationId = request.InvocationId,
        StatusCode = 0,
    };
}
