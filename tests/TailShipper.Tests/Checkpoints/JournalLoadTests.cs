using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints.Journal;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>100,000 streams. With others that take much memory one after the other.</summary>
[Collection("much memory")]
public sealed class JournalLoadTests
{
    [Fact]
    public async Task A_hundred_thousand_streams_are_read_back()
    {
        var root = Path.Combine(Path.GetTempPath(), "shipper-" + Guid.NewGuid().ToString("N"));
        try
        {
            var directory = new PhysicalStateDirectory(root);
            await using (var journal = Open(directory, "open empty"))
            {
                for (var stream = 1; stream <= 100_000; stream++)
                {
                    journal.Record(Some.Checkpoint(stream, stream));
                }

                var started = Stopwatch.GetTimestamp();
                Assert.True(await journal.FlushAsync(CancellationToken.None));
                Say($"write 100,000 full lines and sync, {journal.Status.JournalBytes / 1e6:F1} MB", started);
            }

            await using (Open(directory, "recover from the journal, write the snapshot"))
            {
            }

            var read = Stopwatch.GetTimestamp();
            var recovered = JournalRecovery.Recover(directory);
            Say("recover from the snapshot", read);
            Assert.Equal(100_000, recovered.Table.Streams.Count);
            Assert.Empty(recovered.Damages);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static CheckpointJournal Open(PhysicalStateDirectory directory, string what)
    {
        var started = Stopwatch.GetTimestamp();
        var journal = CheckpointJournal.Open(directory, TimeProvider.System, NullLogger<CheckpointJournal>.Instance);
        Say(what, started);
        return journal;
    }

    private static void Say(string what, long started) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
}
