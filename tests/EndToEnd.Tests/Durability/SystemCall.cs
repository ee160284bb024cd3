namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>One system call, as strace saw it.</summary>
/// <param name="Begin">Line of the trace on which it began.</param>
/// <param name="End">Line on which it ended; the same unless another thread came between.</param>
/// <param name="Name">For example <c>fdatasync</c>.</param>
/// <param name="Target">What its descriptor leads to: a path, or a socket; empty for calls without one.</param>
/// <param name="Texts">The strings among its arguments, a character for each byte.</param>
/// <param name="Arguments">All arguments as strace prints them.</param>
/// <param name="Result">What it returned; negative for an error, and for a call that never did.</param>
internal sealed record SystemCall(
    int Begin, int End, string Name, string Target, IReadOnlyList<string> Texts, string Arguments, long Result)
{
    /// <summary>True when it did what it was asked to.</summary>
    public bool Succeeded => Result >= 0;

    /// <summary>All its strings as one.</summary>
    public string Text => Texts.Count == 1 ? Texts[0] : string.Concat(Texts);
}
