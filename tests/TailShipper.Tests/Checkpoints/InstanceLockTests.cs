using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class InstanceLockTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "shipper-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_second_holder_is_told_who_holds_which_directory_and_what_to_do()
    {
        using var held = InstanceLock.Acquire(_directory);

        var exception = Assert.Throws<AlreadyRunningException>(() => InstanceLock.Acquire(_directory));

        Assert.Contains(_directory, exception.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Stop that shipper first", exception.Message, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(_directory));
    }

    [Fact]
    public void A_lock_given_up_can_be_taken_again()
    {
        InstanceLock.Acquire(_directory).Dispose();
        Assert.Null(InstanceLock.HolderOf(_directory));

        using var again = InstanceLock.Acquire(_directory);
        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(_directory));
    }

    [Fact]
    public void What_a_killed_holder_left_in_the_file_does_not_keep_anyone_out()
    {
        Directory.CreateDirectory(_directory);
        File.WriteAllText(Path.Combine(_directory, InstanceLock.FileName), "4194304999\n");

        using var held = InstanceLock.Acquire(_directory);
        Assert.Equal(Environment.ProcessId, InstanceLock.HolderOf(_directory));
    }
}
