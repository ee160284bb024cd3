using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// Where a stream's settled spans end that something of it waits before or behind, and the bytes before each place: a checkpoint can
/// stand there although the file is gone, holds other content or cannot be read by then.
/// </summary>
internal sealed class CheckpointCandidates
{
    private readonly List<(long Offset, Fingerprint Tail)> _places = [];

    /// <summary>Notes a place. What lies before <paramref name="committed"/> is dropped: no checkpoint will stand there any more.</summary>
    /// <param name="offset">Where a settled span ends.</param>
    /// <param name="tail">Fingerprint of the bytes just before that.</param>
    /// <param name="committed">How far the stream is settled without a gap.</param>
    public void Add(long offset, Fingerprint tail, long committed)
    {
        Drop(committed);
        var index = _places.FindLastIndex(place => place.Offset <= offset);
        if (offset >= committed && (index < 0 || _places[index].Offset < offset))
        {
            _places.Insert(index + 1, (offset, tail));
        }
    }

    /// <summary>Fingerprint of the bytes just before <paramref name="committed"/>; null when it was not noted.</summary>
    public Fingerprint? At(long committed)
    {
        Drop(committed);
        return _places.Count > 0 && _places[0].Offset == committed ? _places[0].Tail : null;
    }

    private void Drop(long before)
    {
        var count = _places.FindIndex(place => place.Offset >= before);
        _places.RemoveRange(0, count < 0 ? _places.Count : count);
    }
}
