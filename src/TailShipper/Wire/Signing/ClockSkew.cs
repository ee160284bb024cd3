using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Wire.Signing;

/// <summary>Reads the service's time out of a refusal that has to do with time.</summary>
internal static partial class ClockSkew
{
    /// <summary>
    /// The service's time where <paramref name="error"/> is one that a wrong clock can cause; null otherwise. From the
    /// words where they say it (<c>… (20260101T120000Z - 5 min.)</c>), else from the header <c>Date</c>, which a proxy may
    /// have written.
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
                said.Groups[1].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : date;
    }

    [GeneratedRegex(@"\((\d{8}T\d{6}Z) [-+] \d+ min\.\)")]
    private static partial Regex ServiceClock();
}
