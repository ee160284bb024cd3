using Shipper.TailShipper.Diagnostics.Status;

namespace Shipper.TailShipper.Commands.Top;

/// <summary>The order in which files are shown.</summary>
internal static class TopOrder
{
    /// <summary>The fastest first, or those that lag most; of equal ones the other figure decides.</summary>
    /// <param name="files">The files.</param>
    /// <param name="rates">Bytes a second by stream.</param>
    /// <param name="byRate">True for the fastest first, false for the greatest lag.</param>
    public static IOrderedEnumerable<FileStatus> Of(
        IEnumerable<FileStatus> files, IReadOnlyDictionary<long, double> rates, bool byRate) => byRate
        ? files.OrderByDescending(file => rates.GetValueOrDefault(file.Stream)).ThenByDescending(file => file.LagBytes)
        : files.OrderByDescending(file => file.LagBytes).ThenByDescending(file => rates.GetValueOrDefault(file.Stream));
}
