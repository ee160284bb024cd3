using System.Globalization;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Thousands of files that begin alike: what one more of them costs does not depend on how many there are.</summary>
public sealed class ManyFilesTests
{
    private const int Few = 150;
    private const int Many = 600;

    private static readonly string Banner = new('#', 1100);

    [Theory]
    [InlineData("short lines")]
    [InlineData("one line each, the same")]
    [InlineData("one long line each, the same")]
    [InlineData("events of one schema")]
    [InlineData("prefixes of each other")]
    [InlineData("a banner of a kilobyte")]
    [InlineData("half a line, the same")]
    [InlineData("half a line, longer and longer")]
    [InlineData("nothing")]
    public void Four_times_the_files_cost_four_times_the_calls(string kind)
    {
        var (few, many) = (Start(kind, Few), Start(kind, Many));
        Assert.InRange(many.Disk.Calls, 1, 5 * few.Disk.Calls);
        Assert.Equal(0, many.BytesLost);
        Assert.Equal(Expected(kind, Many), Sorted(many));
    }

    [Theory]
    [InlineData("short lines", 1)]
    [InlineData("one line each, the same", 1)]
    [InlineData("events of one schema", 1)]
    [InlineData("prefixes of each other", 4)] // of few files of forty kinds some are the only one of theirs, and need not wait
    public void So_do_files_that_take_the_place_of_as_many_while_the_shipper_is_down(string kind, int scale)
    {
        long Calls(int count)
        {
            var stage = Start(kind, count);
            stage.Stop();
            for (var file = 0; file < count; file++)
            {
                stage.Disk.Delete(At(file));
                stage.Disk.Append($"/logs/new-{file}.log", Content(kind, file));
            }

            var before = stage.Disk.Calls;
            stage.Start();
            stage.Run(20);
            return stage.Disk.Calls - before;
        }

        Assert.InRange(Calls(scale * Many), 1, 5 * Calls(scale * Few));
    }

    [Theory]
    [InlineData("short lines")]
    [InlineData("events of one schema")]
    public void So_do_files_that_are_all_renamed_out_of_the_pattern_while_the_shipper_is_down(string kind)
    {
        long Calls(int count)
        {
            var stage = Start(kind, count);
            stage.Stop();
            for (var file = 0; file < count; file++)
            {
                stage.Disk.Append(At(file), $"late {file}\n");
                stage.Disk.Rename(At(file), At(file) + ".1");
            }

            var before = stage.Disk.Calls;
            stage.Start();
            stage.Run(20);
            Assert.Equal(Expected(kind, count).Concat(Enumerable.Range(0, count).Select(file => $"late {file}"))
                .Order(StringComparer.Ordinal), Sorted(stage));
            return stage.Disk.Calls - before;
        }

        Assert.InRange(Calls(Many), 1, 5 * Calls(Few));
    }

    [Fact]
    public void So_do_empty_files_that_are_filled_one_after_another()
    {
        long Calls(int count)
        {
            var stage = Start("nothing", count);
            var before = stage.Disk.Calls;
            for (var file = 0; file < count; file++)
            {
                stage.Disk.Append(At(file), $"line {file}\n");
                if (file % (count / 10) == 0)
                {
                    stage.Run(1);
                }
            }

            stage.Run(10);
            Assert.Equal(Enumerable.Range(0, count).Select(file => $"line {file}").Order(StringComparer.Ordinal), Sorted(stage));
            return stage.Disk.Calls - before;
        }

        Assert.InRange(Calls(Many), 1, 5 * Calls(Few));
    }

    [Fact]
    public void A_copy_truncate_among_files_that_begin_alike_is_still_recognized()
    {
        var stage = Start("a banner of a kilobyte", Few);
        stage.Disk.Append(At(70), "more\n");
        stage.Disk.Copy(At(70), "/logs/copy.log");
        stage.Run(2);
        stage.Disk.Truncate(At(70));
        stage.Disk.Append(At(70), "after\n");
        stage.Run(20);
        Assert.Equal(Expected("a banner of a kilobyte", Few).Concat(["more", "after"]).Order(StringComparer.Ordinal), Sorted(stage));
    }

    [Fact]
    public void A_file_that_was_filled_with_a_copy_of_another_that_was_empty_too_is_recognized()
    {
        var stage = Start("nothing", 50);
        stage.Disk.Append(At(20), "one\n");
        stage.Disk.Append(At(30), "one\n"); // cp 20.log 30.log
        stage.Disk.Truncate(At(20));
        stage.Disk.Append(At(20), "two\n");
        stage.Run(20);
        Assert.Contains("two", Sorted(stage));
    }

    [Fact]
    public void With_fewer_descriptors_than_files_all_of_them_are_shipped()
    {
        var stage = Start("events of one schema", 400, maxOpenFiles: 60, seconds: 120);
        Assert.Equal(Expected("events of one schema", 400), Sorted(stage));
        Assert.Equal(0, stage.Counters.FilesUnidentified);
        Assert.InRange(stage.Disk.OpenFiles, 1, 60);
    }

    [Fact]
    public void While_files_are_identified_the_flow_is_alive_ships_and_records_and_shows_how_many_wait()
    {
        var seen = new List<(long Beats, long Unidentified, int Delivered, int Recorded)>();
        Stage? stage = null;
        stage = Slow(2000, InitialPosition.StartOfFile, opens =>
        {
            if (opens % 1000 == 0)
            {
                var known = stage!.Known().Count(stream => stream.Committed > 0);
                seen.Add((stage.Shipper!.Loop.Beats, stage.Counters.FilesUnidentified, stage.Delivered.Length, known));
            }
        });
        stage.Start();
        stage.Run(120);
        Assert.Equal(Expected("short lines", 2000), Sorted(stage));
        Assert.Equal(0, stage.Counters.FilesUnidentified);
        Assert.InRange(seen.Count, 2, 10);
        Assert.All(seen, then => Assert.InRange(then.Unidentified, 1, 2000));
        Assert.InRange(seen[1].Beats - seen[0].Beats, 10, 1000);
    }

    [Fact]
    public void Between_two_new_files_a_line_of_a_known_one_is_shipped_and_recorded()
    {
        Stage? stage = null;
        var (delivered, recorded) = ("", 0L);
        stage = Slow(0, InitialPosition.StartOfFile, opens =>
        {
            if (opens == 1500)
            {
                delivered = stage!.Delivered.ToString();
                recorded = stage.Known().Single(known => known.Path == "/logs/app.log").Committed;
            }
            else if (opens == 500)
            {
                stage!.Disk.Append("/logs/app.log", "meanwhile\n");
            }
        });
        stage.Disk.Append("/logs/app.log", "before\n");
        stage.Start();
        stage.Run(5);
        Write(stage, 2000);
        stage.Run(60);
        Assert.Equal("before\nmeanwhile\n", delivered);
        Assert.Equal("before\nmeanwhile\n".Length, recorded);
    }

    [Fact]
    public void Killed_meanwhile_the_next_run_resumes_where_it_was()
    {
        var kills = 0;
        Stage? stage = null;
        var opened = 0;
        stage = Slow(2000, InitialPosition.StartOfFile, opens => opened = opens);
        stage.WorldMoves = () =>
        {
            if (opened > 2500 && kills < 5)
            {
                (opened, kills) = (0, kills + 1);
                stage.Kill();
            }
        };
        for (var life = 0; life < 20; life++)
        {
            if (stage.Life is null)
            {
                stage.Start();
            }

            stage.Run(20);
        }

        Assert.Equal(Expected("short lines", 2000), Sorted(stage).Distinct());
        Assert.InRange(Sorted(stage).Length, 2000, 2600); // what was under way at each kill
    }

    [Fact]
    public void Killed_meanwhile_the_next_run_is_still_the_first_for_the_files_that_were_there()
    {
        Stage? stage = null;
        var (opened, left) = (0, 0L);
        stage = Slow(500, InitialPosition.EndOfFile, opens => opened = opens);
        stage.WorldMoves = () =>
        {
            if (opened >= 499 && stage.Shipper?.Streams.All.Count > 250)
            {
                left = stage.Counters.FilesUnidentified;
                stage.WorldMoves = null;
                stage.KillAfterCommit();
            }
        };
        stage.Start();
        stage.Run(60);
        Assert.InRange(left, 1, 500);
        Assert.Null(stage.Life);
        stage.Start();
        stage.Run(60);
        Assert.Equal("", stage.Delivered.ToString());
        stage.Disk.Append(At(499), "new\n");
        stage.Disk.Append("/logs/later.log", "later\n");
        stage.Run(10);
        Assert.Equal(["later", "new"], Sorted(stage));
    }

    [Theory]
    [InlineData("short lines")]
    [InlineData("events of one schema")]
    public void On_a_real_disk_too(string kind)
    {
        long Calls(int count)
        {
            var top = Directory.CreateTempSubdirectory("many-").FullName;
            try
            {
                for (var file = 0; file < count; file++)
                {
                    File.WriteAllText(Path.Join(top, $"{file}.log"), Content(kind, file));
                }

                var disk = new ObservedFileSystem(new PhysicalFileSystem());
                var stage = new Stage(new StageOptions
                {
                    Patterns = [top.Replace('\\', '/') + "/*.log"],
                    Files = _ => disk,
                    MaxBatchAge = TimeSpan.FromMilliseconds(50),
                });
                stage.Start();
                stage.Run(20);
                var calls = disk.Calls;
                Assert.Equal(Expected(kind, count), Sorted(stage));
                stage.Stop();
                return calls;
            }
            finally
            {
                Directory.Delete(top, recursive: true);
            }
        }

        Assert.InRange(Calls(4000), 1, 5 * Calls(1000));
    }

    private static string At(int file) => $"/logs/{file}.log";

    private static Stage Start(string kind, int count, int maxOpenFiles = int.MaxValue, double seconds = 20)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = ["/logs/*.log"],
            MaxBatchAge = TimeSpan.FromMilliseconds(50),
            MaxOpenFiles = maxOpenFiles,
        });
        for (var file = 0; file < count; file++)
        {
            stage.Disk.Create(At(file));
            stage.Disk.Append(At(file), Content(kind, file));
        }

        stage.Start();
        stage.Run(seconds);
        return stage;
    }

    /// <summary>Files on a disk on which a file is opened in a millisecond.</summary>
    private static Stage Slow(int count, InitialPosition position, Action<int> opened)
    {
        var stage = new Stage(new StageOptions
        {
            Patterns = ["/logs/*.log"],
            InitialPosition = position,
            MaxBatchAge = TimeSpan.FromMilliseconds(50),
        });
        var opens = 0;
        stage.Disk.Fault = (operation, _) =>
        {
            if (operation == DiskOperation.Open)
            {
                stage.Clock.FireNext(stage.Clock.Now + TimeSpan.TicksPerMillisecond);
                opened(++opens);
            }

            return null;
        };
        Write(stage, count);
        return stage;
    }

    private static void Write(Stage stage, int count)
    {
        for (var file = 0; file < count; file++)
        {
            stage.Disk.Append(At(file), Content("short lines", file));
        }
    }

    private static string Content(string kind, int file) => kind switch
    {
        "short lines" => string.Create(CultureInfo.InvariantCulture, $"old line {file}\n"),
        "one line each, the same" => "done: ok.\n",
        "one long line each, the same" => new string('x', 400) + "\n",
        "events of one schema" => string.Create(CultureInfo.InvariantCulture,
            $"{{\"level\":\"information\",\"service\":\"orders\",\"version\":\"1.2.3\",\"text\":\"{Filler(file)}{file}\"}}\n"),
        "prefixes of each other" => string.Concat(Enumerable.Repeat("abcdefg\n", 1 + (file % 40))),
        "a banner of a kilobyte" => Banner + string.Create(CultureInfo.InvariantCulture, $"\nline {file} of {file * 7 % 500}\n"),
        "half a line, the same" => "{",
        "half a line, longer and longer" => new string('{', 1 + (file % 200)),
        _ => "",
    };

    private static string Filler(int file) => new('y', file * 37 % 290);

    private static string[] Expected(string kind, int count) =>
    [
        .. Enumerable.Range(0, count).SelectMany(file => Content(kind, file).Split('\n')[..^1]).Order(StringComparer.Ordinal),
    ];

    private static string[] Sorted(Stage stage) =>
        [.. stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
