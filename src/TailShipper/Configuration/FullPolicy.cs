namespace Shipper.TailShipper.Configuration;

/// <summary>What to do when dead letters take all the room that they may. Files of which every letter was resent make room either way.</summary>
internal enum FullPolicy
{
    /// <summary>What cannot be set aside does not settle: it waits, and what follows in its file too, until someone makes room.</summary>
    Wait,

    /// <summary>The oldest file goes, with an error in the log and a count of the letters that nobody resent.</summary>
    RemoveOldest,
}
