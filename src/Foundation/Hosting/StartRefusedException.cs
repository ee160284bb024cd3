namespace Shipper.Foundation.Hosting;

/// <summary>The service does not start, for a reason that its message says in one sentence with the remedy; no stack trace is of use.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="exitCode">What the process ends with; one of <see cref="ExitCodes"/>.</param>
/// <param name="inner">What it comes from; null when it was found by looking.</param>
internal class StartRefusedException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
