using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Wire.Signing;

/// <summary>
/// The time that signatures carry. AWS refuses a signature more than five minutes off its own clock; such a refusal
/// contains that clock's time, and <see cref="Offset"/> is computed from it.
/// </summary>
internal sealed class SigningClock(TimeProvider time)
{
    /// <summary>
    /// From this difference on a refused request is signed again: below the services' five minutes, above the duration of a call.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    // Smaller differences are noise, not a second refusal or a clock that was set.
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    private long _offsetTicks;

    /// <summary>Added to the host's clock; negative where that clock is ahead of the service's. Thread-safe.</summary>
    public TimeSpan Offset => new(Volatile.Read(ref _offsetTicks));

    /// <summary>
    /// Learns from the service's time; true when the offset changed by a minute or more. A host whose clock is within a minute is right:
    /// its offset is 0.
    /// </summary>
    public bool Learn(DateTimeOffset serviceTime)
    {
        var before = Offset;
        var offset = serviceTime - time.GetUtcNow();
        offset = offset.Duration() < Grain ? TimeSpan.Zero : offset;
        if ((offset - before).Duration() < Grain)
        {
            return false;
        }

        return Interlocked.CompareExchange(ref _offsetTicks, offset.Ticks, before.Ticks) == before.Ticks;
    }

    /// <summary>The corrected time, in UTC.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow() + Offset;
}

/// <summary>Reads the service's time from a refusal that a wrong clock can cause.</summary>
internal static partial class ClockSkew
{
    /// <summary>
    /// The service's time where <paramref name="error"/> is one that a wrong clock can cause; null otherwise. From the
    /// message where it contains it (<c>… (20260101T120000Z - 5 min.)</c>), else from the header <c>Date</c>, which a proxy may have
    /// written.
    /// </summary>
    public static DateTimeOffset? ServiceTime(in ErrorAnswer error, DateTimeOffset? date)
    {
        if (error.Code is not ("InvalidSignatureException" or "SignatureDoesNotMatch" or "RequestExpired" or "RequestTimeTooSkewed"
            or "RequestInTheFuture" or "AuthFailure"))
        {
            return null;
        }

        return ServiceClock().Match(error.Message ?? "") is { Success: true } said
            && DateTimeOffset.TryParseExact(
                said.Groups[1].Value,
                "yyyyMMdd'T'HHmmss'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time)
            ? time
            : date;
    }

    [GeneratedRegex(@"\((\d{8}T\d{6}Z) [-+] \d+ min\.\)")]
    private static partial Regex ServiceClock();
}
