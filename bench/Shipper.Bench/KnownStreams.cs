using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;

namespace Shipper.Bench;

/// <summary>Writes the state directory of a stopped service with many known streams.</summary>
internal static class KnownStreams
{
    /// <summary>
    /// Writes the checkpoints of <paramref name="streams"/> streams of the flow "orders" to <paramref name="directory"/>.
    /// </summary>
    public static async Task<int> WriteAsync(string directory, int streams)
    {
        await using (var journal = Open(directory))
        {
            for (var number = 0; number < streams; number++)
            {
                var committed = 1_000_000L + number;
                journal.Record(new StreamCheckpoint
                {
                    Stream = journal.NextStream(),
                    Flow = "orders",
                    Path = $"/var/log/orders/shop-{number / 100:D4}/orders-20261121-{number % 100:D2}.log",
                    File = new FileId(0x103_00000001, (UInt128)(131_072 + number)),
                    Generation = 638_000_000_000_000_000 + number,
                    Head = new Fingerprint(1024, 0x0123_4567_89ab_cdef ^ (ulong)number),
                    Committed = committed,
                    Tail = new Fingerprint(1024, 0xfedc_ba98_7654_3210 ^ (ulong)number),
                    Size = committed,
                    State = number % 10 == 0 ? StreamState.Active : StreamState.Acknowledged,
                    At = DateTimeOffset.UtcNow,
                });
            }
        }

        // The second start compacts the checkpoints into one snapshot and an empty journal.
        await using (Open(directory))
        {
            return 0;
        }
    }

    private static CheckpointJournal Open(string directory) =>
        CheckpointJournal.Open(new PhysicalStateDirectory(directory), TimeProvider.System, NullLogger<CheckpointJournal>.Instance);
}
