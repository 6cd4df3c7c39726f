namespace EfsSharding.LocalAws.Http;

/// <summary>One service's wire protocol.</summary>
internal interface IAwsService
{
    /// <summary>The name in the log and in faults.</summary>
    string Name { get; }

    /// <summary>The name in the credential scope of signatures.</summary>
    string SigningName { get; }

    /// <summary>The error with which the service sheds load.</summary>
    ServiceError Throttled { get; }

    /// <summary>The operation's name, or null when the request is none that is known.</summary>
    string? OperationOf(AwsRequest request);

    /// <summary>Carries an operation out. The caller holds the lock of the state.</summary>
    AwsReply Invoke(string operation, AwsRequest request, string requestId);

    /// <summary>Writes an error.</summary>
    AwsReply Refuse(ServiceError error, string requestId);

    /// <summary>The status that the service's API models for an error code.</summary>
    int StatusOf(string errorCode);
}
