using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>What becomes of a Put call.</summary>
/// <param name="Error">The error to answer, or null.</param>
/// <param name="Abort">True: abort the connection instead of answering.</param>
/// <param name="FailedCount">Otherwise how many records failed; which ones is in the workspace.</param>
internal readonly record struct PutOutcome(ServiceError? Error, bool Abort, int FailedCount)
{
    /// <summary>Answers an error.</summary>
    public static PutOutcome Refuse(ServiceError error) => new(error, false, 0);

    /// <summary>Aborts the connection.</summary>
    public static readonly PutOutcome Drop = new(null, true, 0);
}
