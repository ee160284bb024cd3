using Shipper.TailShipper.Diagnostics.Status;


namespace Shipper.TailShipper.Commands.Status;

/// <summary>How fast each file is shipped, from one look to the next.</summary>
internal sealed class FileRates
{
    private readonly Dictionary<long, long> _committed = [];
    private DateTimeOffset? _at;

    /// <summary>Bytes a second by stream, since the look before; empty at the first.</summary>
    public IReadOnlyDictionary<long, double> Take(StatusDocument status)
    {
        var rates = new Dictionary<long, double>();
        if (_at is { } before && status.At > before)
        {
            foreach (var file in status.Files)
            {
                // A file that was not there before began at 0.
                rates[file.Stream] = Math.Max(0, file.CommittedBytes - _committed.GetValueOrDefault(file.Stream)) / (status.At - before).TotalSeconds;
            }
        }

        _committed.Clear();
        foreach (var file in status.Files)
        {
            _committed[file.Stream] = file.CommittedBytes;
        }

        _at = status.At;
        return rates;
    }
}
