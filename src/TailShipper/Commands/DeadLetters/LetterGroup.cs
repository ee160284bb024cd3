using System.Globalization;
using Shipper.TailShipper.DeadLetters;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Dead letters of one flow and one reason, summed up for a person.</summary>
internal sealed class LetterGroup
{
    private DateTimeOffset _oldest = DateTimeOffset.MaxValue;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private long _bytes;

    /// <summary>How many.</summary>
    public long Letters { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(StoredDeadLetter letter)
    {
        Letters++;
        _bytes += letter.Bytes;
        _oldest = letter.At < _oldest ? letter.At : _oldest;
        _newest = letter.At > _newest ? letter.At : _newest;
    }

    /// <summary>As JSON.</summary>
    public object Described(string flow, string reason, bool resent) => new { flow, reason, resent, letters = Letters, bytes = _bytes, oldest = _oldest, newest = _newest };

    /// <summary>As a line of a table, with the table's head when it is the first.</summary>
    public string Line(string flow, string reason, bool resent, ref bool header)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{flow,-16} {Letters,9:N0} {_bytes,14:N0} {(resent ? "resent" : "waits"),-6} {_oldest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {_newest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {Printable.Text(reason)}");
        var first = header ? "" : $"{"FLOW",-16} {"LETTERS",9} {"BYTES",14} {"STATE",-6} {"OLDEST (UTC)",-20} {"NEWEST (UTC)",-20} REASON{Environment.NewLine}";
        header = true;
        return first + line;
    }
}
