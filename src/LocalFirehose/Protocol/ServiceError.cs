namespace Shipper.LocalFirehose.Protocol;

/// <summary>An error as a client sees it.</summary>
/// <param name="Code">The body's <c>__type</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The body's <c>message</c>.</param>
internal sealed record ServiceError(string Code, int Status, string Message);
