using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>EndOfFile holds for each pattern by itself: when it is new, and when its directory appears.</summary>
public sealed class FirstPositionTests
{
    private const string Old = "old 1\nold 2\n";

    [Fact]
    public void EndOfFile_holds_for_the_files_of_a_path_that_is_added_later()
    {
        var stage = Started("/logs/*.log");
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/more/app.log", Old);
        stage.Options = stage.Options with { Patterns = ["/logs/*.log", "/more/*.log"] };
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/more/app.log", "new\n");
        stage.Disk.Append("/more/later.log", "later\n");
        stage.Disk.Append("/logs/late.log", "first pattern\n");
        stage.Run(20);

        Shipped(stage, "new\n", "later\n", "first pattern\n");
    }

    [Fact]
    public void A_file_that_a_known_path_names_too_begins_at_its_start_when_a_path_is_added()
    {
        var stage = Started("/logs/*.log");
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", "written while stopped\n");
        stage.Options = stage.Options with { Patterns = ["/logs/*.log", "/logs/app*"] };
        stage.Start();
        stage.Run(20);

        Shipped(stage, "written while stopped\n");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void EndOfFile_holds_for_old_files_in_a_directory_that_appears_later(bool hasBirthTimes, bool hasStamps)
    {
        var stage = new Stage(Options("/mnt/logs/*.log"));
        stage.Disk.HasBirthTimes = hasBirthTimes;
        stage.Disk.StampsDirectories = hasStamps;
        stage.Disk.Append("/mnt/logs/app.log", Old);
        stage.Disk.Hidden = "/mnt/logs";
        stage.Run(TimeSpan.FromMinutes(1));
        stage.Start();
        stage.Run(3);
        stage.Disk.Hidden = null;
        stage.Run(3);
        stage.Disk.Append("/mnt/logs/app.log", "new\n");
        stage.Disk.Append("/mnt/logs/other.log", "other\n");
        stage.Run(20);

        Shipped(stage, "new\n", "other\n");
    }

    [Fact]
    public void A_directory_that_the_application_makes_after_the_start_is_read_from_its_first_line()
    {
        var stage = new Stage(Options("/var/app/*.log"));
        stage.Start();
        stage.Run(3);
        stage.Disk.Append("/var/app/app.log", "first line\n");
        stage.Run(20);

        Shipped(stage, "first line\n");
    }

    [Fact]
    public void What_appears_while_stopped_in_a_directory_that_was_never_listed_is_judged_by_its_birth()
    {
        var stage = new Stage(Options("/mnt/logs/*.log"));
        stage.Disk.Append("/mnt/logs/old.log", Old);
        stage.Disk.Hidden = "/mnt/logs";
        stage.Run(TimeSpan.FromMinutes(1));
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Disk.Hidden = null;
        stage.Disk.Append("/mnt/logs/new.log", "born since\n");
        stage.Start();
        stage.Run(20);

        Shipped(stage, "born since\n");
    }

    [Fact]
    public void A_directory_that_is_away_for_a_while_does_not_make_its_files_old()
    {
        var stage = Started("/logs/*.log");
        stage.Run(3);
        stage.Disk.Hidden = "/logs";
        stage.Run(10);
        stage.Disk.Append("/logs/new.log", "written meanwhile\n");
        stage.Disk.Hidden = null;
        stage.Run(20);

        Shipped(stage, "written meanwhile\n");
    }

    [Fact]
    public void A_path_that_is_removed_and_added_again_is_new()
    {
        var stage = Started("/logs/*.log");
        stage.Run(3);
        stage.Stop();
        stage.Options = stage.Options with { Patterns = ["/other/*.log"] };
        stage.Disk.MakeDirectory("/other");
        stage.Start();
        stage.Run(3);
        stage.Stop();
        stage.Disk.Append("/logs/meanwhile.log", Old);
        stage.Options = stage.Options with { Patterns = ["/other/*.log", "/logs/*.log"] };
        stage.Start();
        stage.Run(20);

        Shipped(stage);
    }

    [Fact]
    public void A_flow_that_an_earlier_version_ran_has_seen_all_its_paths()
    {
        var pattern = PathPattern.Parse("/logs/*.log").Single();
        var mark = new StreamCheckpoint
        {
            Stream = new StreamId(1),
            Flow = "orders",
            Path = "",
            File = default,
            State = StreamState.Superseded,
        };
        Assert.False(PatternMark.IsMark(mark));
        Assert.True(PatternMark.IsListed(pattern, [mark]));
        Assert.False(PatternMark.IsListed(pattern, []));
        var listed = mark with { Head = PatternMark.KeyOf(pattern), Committed = 1 };
        Assert.True(PatternMark.IsListed(pattern, [mark, listed]));
        Assert.False(PatternMark.IsListed(PathPattern.Parse("/other/*.log").Single(), [mark, listed]));
        Assert.False(PatternMark.IsListed(pattern, [mark, listed with { Committed = 0 }]));
    }

    private static StageOptions Options(params string[] patterns) =>
        new() { Patterns = patterns, InitialPosition = InitialPosition.EndOfFile };

    private static Stage Started(string pattern)
    {
        var stage = new Stage(Options(pattern));
        stage.Disk.MakeDirectory(Path.GetDirectoryName(pattern)!.Replace('\\', '/'));
        stage.Start();
        return stage;
    }

    private static void Shipped(Stage stage, params string[] lines) => RotationTests.ShippedOnce(stage, string.Concat(lines));
}
