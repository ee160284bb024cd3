using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A rotated file that is read to its end is not finished for good: whoever still has it open may write to it.</summary>
public sealed class FinishedFileTests
{
    [Theory]
    [InlineData("/logs/app.log.1")]
    [InlineData("/logs/old/app.log.1")]
    [InlineData("/archive/app.log.1")]
    public void A_line_written_long_after_the_rotation_is_shipped_once_within_seconds(string rotated)
    {
        var stage = Started("/logs/app.log", "one\n");
        stage.Run(6);
        stage.Disk.Rename("/logs/app.log", rotated);
        stage.Disk.Append("/logs/app.log", "two\n");
        foreach (var pause in new[] { 7, 60, 3600 })
        {
            stage.Run(pause);
            stage.Disk.Append(rotated, $"late {pause}\n");
        }

        stage.Run(4);
        ShippedOnce(stage, "one\ntwo\nlate 7\nlate 60\nlate 3600\n");
        stage.Run(20);
        Assert.Equal(1, stage.Disk.OpenFiles);
    }

    [Theory]
    [InlineData("/logs/app.log.1")]
    [InlineData("/logs/old/app.log.1")]
    public void So_is_one_written_while_the_service_was_stopped_or_after_it(string rotated)
    {
        foreach (var isKilled in new[] { false, true })
        {
            var stage = Started("/logs/app.log", "one\n");
            stage.Run(6);
            stage.Disk.Rename("/logs/app.log", rotated);
            stage.Disk.Append("/logs/app.log", "two\n");
            stage.Run(20);
            if (isKilled)
            {
                stage.KillAfterCommit();
            }
            else
            {
                stage.Stop();
            }

            stage.Disk.Append(rotated, "while stopped\n");
            stage.Start();
            stage.Run(60);
            stage.Disk.Append(rotated, "later\n");
            stage.Run(4);
            ShippedOnce(stage, "one\ntwo\nwhile stopped\nlater\n");
        }
    }

    [Fact]
    public void A_finished_file_is_followed_when_its_number_goes_up_and_into_another_directory()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(6);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);
        stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2");
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("c", 1, 10));
        stage.Run(20);
        stage.Disk.Append("/logs/app.log.2", Lines.Of("a", 11, 11));
        stage.Run(20);
        stage.Disk.Rename("/logs/app.log.2", "/logs/old/app.log.2");
        stage.Run(5);
        stage.Disk.Append("/logs/old/app.log.2", Lines.Of("a", 12, 12));
        stage.Disk.Append("/logs/app.log.1", Lines.Of("b", 11, 11));
        stage.Run(20);
        ShippedOnce(stage, Lines.Of("a", 1, 12) + Lines.Of("b", 1, 11) + Lines.Of("c", 1, 10));
    }

    [Fact]
    public void A_finished_file_is_not_forgotten_as_long_as_it_exists()
    {
        var stage = new Stage(new StageOptions { ScanInterval = TimeSpan.FromSeconds(20) });
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Start();
        stage.Run(30);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(TimeSpan.FromHours(60));
        stage.Disk.Append("/logs/app.log.1", Lines.Of("a", 11, 11));
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 11) + Lines.Of("b", 1, 10));
        stage.Disk.Delete("/logs/app.log.1");
        stage.Run(TimeSpan.FromHours(30));
        stage.Commit();
        Assert.Single(stage.Known(), stream => stream.Path.Length > 0);
    }

    [Fact]
    public void A_finished_file_that_was_renamed_while_its_directory_could_not_be_listed_is_followed_later()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(6);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);
        stage.Disk.Fault = (operation, path) => operation == DiskOperation.List ? "Too many open files" : null;
        stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2");
        stage.Run(30);
        stage.Disk.Append("/logs/app.log.2", Lines.Of("a", 11, 11));
        stage.Disk.Fault = null;
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 11) + Lines.Of("b", 1, 10));
    }

    [Fact]
    public void With_many_finished_files_each_has_its_turn_and_a_scan_stays_cheap()
    {
        const int count = (3 * FinishedFiles.ChecksPerScan) + 10;
        var stage = Stage("/logs/*.log");
        for (var file = 0; file < count; file++)
        {
            stage.Disk.Append($"/logs/{file}.log", Lines.Of($"file {file}", 1, 1));
        }

        stage.Start();
        stage.Run(30);
        for (var file = 0; file < count; file++)
        {
            stage.Disk.Rename($"/logs/{file}.log", $"/logs/{file}.old");
        }

        stage.Run(60);
        var calls = stage.Disk.Calls;
        stage.Run(20);
        Assert.InRange(stage.Disk.Calls - calls, 1, 20 * (FinishedFiles.ChecksPerScan + 20));
        for (var file = 0; file < count; file++)
        {
            stage.Disk.Append($"/logs/{file}.old", Lines.Of($"file {file}", 2, 2));
        }

        stage.Run(60);
        ShippedOnce(stage, string.Concat(Enumerable.Range(0, count).Select(file => Lines.Of($"file {file}", 1, 2))));
    }

    [Fact]
    public void Another_file_under_the_name_of_a_finished_one_is_not_read()
    {
        var stage = Started("/logs/app.log", Lines.Of("a", 1, 10));
        stage.Run(6);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
        stage.Run(20);
        stage.Disk.Delete("/logs/app.log.1");
        stage.Disk.Append("/logs/app.log.1", Lines.Of("somebody's notes", 1, 90));
        stage.Run(60);
        ShippedOnce(stage, Lines.Of("a", 1, 10) + Lines.Of("b", 1, 10));
    }
}
