using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>logrotate itself at work on a log that is written at full speed.</summary>
public sealed class LogrotateTests
{
    private const int Lines = 20_000;

    [Theory]
    [InlineData("create", "app.log")]
    [InlineData("create\n  compress\n  delaycompress", "app.log*")]
    [InlineData("copytruncate", "app.log")]
    [InlineData("copytruncate\n  dateext\n  dateformat -%s", "app.log*")]
    public async Task Every_line_of_a_log_that_logrotate_rotates_arrives_once(string mode, string pattern)
    {
        Logrotate.Require();
        using var scene = await Scene.StartAsync(pattern);
        var logrotate = new Logrotate(scene.Directory, scene.Log("app.log"), mode);
        using var writer = new LineWriter(scene.Log("app.log"), 4000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        for (var rotation = 1; rotation <= 3; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / 4);
            await logrotate.SecondOfItsOwnAsync();

            // Between two writes: what is written between logrotate's copy and its truncation nobody could save.
            writer.Reopen(logrotate.Run);
            await writer.ReachAsync((Lines * rotation / 4) + 2000);
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }
}
