using Shipper.LocalFirehose.Counting;

namespace Shipper.LocalFirehose.Admin;

/// <summary>The answer to <c>GET /admin/counters</c>.</summary>
/// <param name="Total">All streams and the calls that named none.</param>
/// <param name="Streams">Each stream by name, deleted ones included.</param>
internal sealed record CountersAnswer(CounterFigures Total, SortedDictionary<string, CounterFigures> Streams);
