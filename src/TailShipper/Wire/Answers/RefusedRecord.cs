namespace Shipper.TailShipper.Wire.Answers;

/// <summary>One record of a batch that a 200 answer refused.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="ErrorCode">For example <c>ServiceUnavailableException</c> or <c>InternalFailure</c>.</param>
internal readonly record struct RefusedRecord(int Index, string ErrorCode);
