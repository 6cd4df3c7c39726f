using System.Net;
using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// Amazon EFS answered with an error. <see cref="AmazonServiceException.ErrorCode"/> is one of <see cref="EfsErrorCode"/> or of the errors
/// that every AWS service has (<c>AccessDeniedException</c>, <c>ThrottlingException</c>, …).
/// </summary>
/// <param name="message">What EFS said.</param>
/// <param name="innerException">The HTTP error that it came with.</param>
/// <param name="errorType">Whose fault it is.</param>
/// <param name="errorCode">The error's code.</param>
/// <param name="requestId">The request's id, for AWS Support.</param>
/// <param name="statusCode">The HTTP status.</param>
public sealed class ElasticFileSystemException(
    string message, Exception? innerException, ErrorType errorType, string errorCode, string? requestId, HttpStatusCode statusCode)
    : AmazonServiceException(message, innerException, errorType, errorCode, requestId, statusCode);
