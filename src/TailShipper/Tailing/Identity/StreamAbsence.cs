namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What went on since a stream's file was last to be seen where it belongs. Most streams never have one.</summary>
internal sealed class StreamAbsence
{
    /// <summary>Timestamp since when the file is searched for in vain; 0 when it is not missing.</summary>
    public long MissingSince { get; set; }

    /// <summary>Timestamp since when something keeps the search from being complete; 0 when nothing does.</summary>
    public long HinderedSince { get; set; }

    /// <summary>Timestamp since when it is searched for where not everything can be looked at; 0 when all can.</summary>
    public long BlindSince { get; set; }

    /// <summary>True when it went on in a copy while a longer one may have been among what could not be looked at.</summary>
    public bool MayBeLonger { get; set; }

    /// <summary>Timestamp since when the directory of its path is not there; 0 when it is.</summary>
    public long AwaySince { get; set; }

    /// <summary>Timestamp since when its open file cannot be looked at; 0 when it can.</summary>
    public long UnseenSince { get; set; }

    /// <summary>Bytes of it counted as lost: taken back when it is found after all.</summary>
    public long BytesGivenUp { get; set; }

    /// <summary>Since when something lasts that lasts at <paramref name="now"/>, given since when it did when last looked at.</summary>
    public static long Since(long since, long now) => since == 0 ? now : since;
}
