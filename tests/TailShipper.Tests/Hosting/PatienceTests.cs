using Shipper.Foundation.Hosting;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting;

/// <summary>A look at a disk that may never answer.</summary>
public sealed class PatienceTests
{
    [Fact]
    public void A_disk_that_never_answers_is_given_up()
    {
        using var never = new ManualResetEventSlim();
        Assert.False(Patience.TryLook(() => { never.Wait(TestContext.Current.CancellationToken); return 1; }, out _, TimeSpan.FromMilliseconds(20)));
        never.Set();
    }

    [Fact]
    public void What_it_gives_and_what_it_throws_comes_through()
    {
        Assert.True(Patience.TryLook(() => 7, out var seen));
        Assert.Equal(7, seen);
        Assert.Throws<IOException>(() => Patience.TryLook<int>(() => throw new IOException("gone"), out _));
    }
}
