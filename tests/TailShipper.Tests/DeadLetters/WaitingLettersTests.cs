using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.DeadLetters;

/// <summary>How many dead letters wait, of which flow: those that were not resent.</summary>
public sealed class WaitingLettersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("letters-").FullName;
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void They_are_counted_until_they_are_resent()
    {
        var waiting = new WaitingLetters(_directory);
        Assert.Empty(waiting.Count());
        Write("orders", 0);
        Write("orders", 10);
        Write("audit", 0);
        Write("audit", 0); // a crash made the service write it twice
        Assert.Equal([("audit", 1), ("orders", 2)], waiting.Count().OrderBy(flow => flow.Key).Select(flow => (flow.Key, flow.Value)));

        var sent = DeadLetterName.List(_directory, "orders").SelectMany(file => new DeadLetterReader(file.Path).Read()).ToList();
        using (var marks = ResentDeadLetters.Load(_directory))
        {
            marks.Begin(_clock.GetUtcNow());
            sent.ForEach(letter => marks.Done(letter.Id, _clock.GetUtcNow()));
            marks.Sync();
        }

        Assert.Equal(["audit"], waiting.Count().Keys);
    }

    [Fact]
    public void A_line_that_is_stored_in_parts_is_one()
    {
        Write("orders", 0);
        Write("orders", 10, new ByteSpan(10, 16));
        Write("orders", 12, new ByteSpan(10, 16));
        Write("orders", 14, new ByteSpan(10, 16));
        Write("orders", 20, new ByteSpan(20, 24));
        Write("audit", 10, new ByteSpan(10, 16)); // another flow's
        var counts = new WaitingLetters(_directory).Count();
        Assert.Equal((3, 1), (counts["orders"], counts["audit"]));
    }

    [Fact]
    public void A_directory_that_is_not_there_has_none() => Assert.Empty(new WaitingLetters(Path.Join(_directory, "none")).Count());

    private void Write(string flow, long at, ByteSpan? line = null)
    {
        var space = new DeadLetterDirectory(
            _directory, new DeadLettersOptions(), new RecordingLogger<WaitingLettersTests>(), () => 2);
        using var file = new DeadLetterFile(space, flow, _ => { }, _ => { }, _clock);
        var letter = new DeadLetter(new StreamId(1), "/logs/app.log", new ByteSpan(at, at + 2), "why") { Line = line };
        file.Append(letter, "a\n"u8);
        file.Sync();
    }
}
