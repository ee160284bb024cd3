using Shipper.Foundation.Files;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting;

/// <summary>A disk that may never answer.</summary>
public sealed class DiskProbeTests
{
    [Fact]
    public void A_disk_that_never_answers_is_given_up()
    {
        using var never = new ManualResetEventSlim();
        Assert.False(
            DiskProbe.TryRun(() => { never.Wait(TestContext.Current.CancellationToken); return 1; }, out _, TimeSpan.FromMilliseconds(20)));
        never.Set();
    }

    [Fact]
    public void What_it_gives_and_what_it_throws_comes_through()
    {
        Assert.True(DiskProbe.TryRun(() => 7, out var seen));
        Assert.Equal(7, seen);
        Assert.Throws<IOException>(() => DiskProbe.TryRun<int>(() => throw new IOException("gone"), out _));
    }
}
