using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>What of Windows' file times tells two files apart.</summary>
public sealed class WindowsFileTests
{
    private static readonly DateTime Created = new(2026, 11, 21, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_time_of_creation_counts() =>
        Assert.Equal(Created.Ticks, WindowsFile.Generation(Created.ToFileTimeUtc(), Created.AddTicks(1).ToFileTimeUtc()));

    [Fact]
    public void One_that_is_the_time_of_the_last_write_does_not() =>
        Assert.Equal(0, WindowsFile.Generation(Created.ToFileTimeUtc(), Created.ToFileTimeUtc()));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void None_does_not(long none) => Assert.Equal(0, WindowsFile.Generation(none, Created.ToFileTimeUtc()));
}
