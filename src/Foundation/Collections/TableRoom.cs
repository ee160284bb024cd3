namespace Shipper.Foundation.Collections;

/// <summary>
/// Gives back the room that large tables have beyond what they hold: they double when they are full, and keep that for good.
/// </summary>
internal static class TableRoom
{
    // Tables smaller than this, in entries, are not worth being rebuilt.
    private const int Spacious = 1000;

    /// <summary>
    /// Fits the table to its content when a quarter or more of that is free besides. Costs nothing when it need not; never in a hot path.
    /// </summary>
    public static void Fit<TKey, TValue>(this Dictionary<TKey, TValue> table)
        where TKey : notnull
    {
        if (table.Capacity > Spacious && table.Capacity - table.Count > table.Count / 4)
        {
            table.TrimExcess(table.Count + (table.Count / 16)); // a few more do not double it at once
        }
    }
}
