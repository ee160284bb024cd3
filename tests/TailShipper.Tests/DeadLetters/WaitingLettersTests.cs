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
    public void A_directory_that_is_not_there_has_none() => Assert.Empty(new WaitingLetters(Path.Join(_directory, "none")).Count());

    private void Write(string flow, long at)
    {
        var space = new DeadLetterDirectory(
            _directory, new DeadLettersOptions(), new RecordingLogger<WaitingLettersTests>(), () => 2);
        using var file = new DeadLetterFile(space, flow, _ => { }, _ => { }, _clock);
        file.Append(new DeadLetter(new StreamId(1), "/logs/app.log", new ByteSpan(at, at + 2), "why"), "a\n"u8);
        file.Sync();
    }
}
