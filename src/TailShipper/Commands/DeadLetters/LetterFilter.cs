using Shipper.TailShipper.DeadLetters;


namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
/// <param name="Flow">The flow's name.</param>
/// <param name="Since">Written then or later.</param>
/// <param name="Reason">A part of the reason, in any case.</param>
internal sealed record LetterFilter(string? Flow = null, DateTimeOffset? Since = null, string? Reason = null)
{
    /// <summary>True when <paramref name="letter"/> is meant.</summary>
    public bool Takes(StoredDeadLetter letter) => (Flow is null || letter.Flow == Flow)
        && (Since is null || letter.At >= Since)
        && (Reason is null || letter.Letter.Reason.Contains(Reason, StringComparison.OrdinalIgnoreCase));
}
