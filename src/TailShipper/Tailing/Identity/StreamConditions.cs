namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What can last for a while when a stream's file is not where it should be.</summary>
internal enum ConditionKind
{
    /// <summary>The file is searched for everywhere, and not found.</summary>
    Missing,

    /// <summary>The directories around the file's could not all be searched.</summary>
    AroundUnseen,

    /// <summary>The file is missed, and was not seen to be deleted.</summary>
    Vanished,

    /// <summary>Something keeps the search for it from being complete.</summary>
    SearchIncomplete,

    /// <summary>It was found, but a longer copy may be among what cannot be read.</summary>
    LongerCopyPossible,

    /// <summary>The directory of its path does not exist, or cannot be accessed.</summary>
    DirectoryAway,

    /// <summary>Its open file cannot be read.</summary>
    Unreadable,

    /// <summary>Its file cannot be compared with others, because one of them cannot be read.</summary>
    Unplaced,

    /// <summary>Its number is not on disk yet, and its lines will name it.</summary>
    Unrecorded,
}

/// <summary>Something that lasts.</summary>
/// <param name="Kind">What.</param>
/// <param name="Since">Timestamp of its start.</param>
internal readonly record struct Condition(ConditionKind Kind, long Since);

/// <summary>What is wrong with a stream's file, and since when. Most streams never have one.</summary>
internal sealed class StreamConditions
{
    private readonly List<Condition> _lasting = new(1);

    /// <summary>Bytes of the stream counted as lost.</summary>
    public long BytesGivenUp { get; private set; }

    /// <summary>Counts bytes as lost; less than 0 takes them back.</summary>
    public void GiveUp(long bytes) => BytesGivenUp += bytes;

    /// <summary>Start of a condition, as a timestamp; null when it does not last.</summary>
    public long? Since(ConditionKind kind)
    {
        var index = IndexOf(kind);
        return index < 0 ? null : _lasting[index].Since;
    }

    /// <summary>Start of a condition that lasts at <paramref name="now"/>: when it began, or now.</summary>
    public long StartOrKeep(ConditionKind kind, long now)
    {
        var index = IndexOf(kind);
        if (index >= 0)
        {
            return _lasting[index].Since;
        }

        _lasting.Add(new Condition(kind, now));
        return now;
    }

    /// <summary>It does not last any more.</summary>
    public void End(ConditionKind kind)
    {
        var index = IndexOf(kind);
        if (index >= 0)
        {
            _lasting.RemoveAt(index);
        }
    }

    private int IndexOf(ConditionKind kind)
    {
        for (var index = 0; index < _lasting.Count; index++)
        {
            if (_lasting[index].Kind == kind)
            {
                return index;
            }
        }

        return -1;
    }
}
