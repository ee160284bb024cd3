using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class StateIdTests
{
    private readonly InMemoryStateDirectory _directory = new();
    private readonly RecordingLogger<StateIdTests> _log = new();

    [Fact]
    public void It_is_made_once_and_stays()
    {
        Assert.Null(StateId.Read(_directory));
        var id = StateId.Of(_directory, new Random(1), _log);

        Assert.Matches("^[0-9a-f]{16}$", id);
        Assert.Equal(id, StateId.Of(_directory, new Random(2), _log));
        Assert.Equal(id, StateId.Read(_directory));
        Assert.NotEqual(id, StateId.Of(new InMemoryStateDirectory(), new Random(2), _log));
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdeg\n")]
    [InlineData("0123456789abcde\n")]
    public void A_damaged_one_is_made_anew(string content)
    {
        using (var file = _directory.Create(StateId.FileName))
        {
            file.Append(System.Text.Encoding.ASCII.GetBytes(content));
        }

        Assert.Null(StateId.Read(_directory));
        Assert.Equal(StateId.Of(_directory, new Random(1), _log), StateId.Read(_directory));
    }

    [Fact]
    public void Where_it_cannot_be_written_there_is_one_for_this_run_and_a_warning()
    {
        _directory.Fault = (_, _) => throw new IOException("No space left on device");

        Assert.Matches("^[0-9a-f]{16}$", StateId.Of(_directory, new Random(1), _log));
        Assert.Equal(2308, Assert.Single(_log.Entries).Id);
    }
}
